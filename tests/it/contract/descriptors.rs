//! The compiled contract, as the tests read it.

use prost_reflect::DescriptorPool;

/// All of `proto/`.
pub fn pool() -> DescriptorPool {
    DescriptorPool::decode(hemgang_proto::DESCRIPTORS).expect("the descriptors")
}

/// Every RPC of ours: full name of its service, its own name.
pub fn rpcs() -> Vec<(String, String)> {
    let pool = pool();
    let ours = pool.services().filter(|service| service.package_name().starts_with("hemgang."));
    ours.flat_map(|service| {
        let name = service.full_name().to_owned();
        service.methods().map(|rpc| (name.clone(), rpc.name().to_owned())).collect::<Vec<_>>()
    })
    .collect()
}
