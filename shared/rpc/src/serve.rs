//! The list of a service's RPCs: one line each, naming the file that handles it.

/// Implements a generated server trait for `Server`, a tuple struct around [`crate::Context`].
///
/// Each line is `stem(Request) -> Response`, and `stem::handle(cx, call, request)` answers it. Commands carry a
/// `request_id`; the loop runs a handler again when somebody else was faster. A stream's handler gets the server, and
/// writes down itself whose data it shows.
#[macro_export]
macro_rules! serve {
    ($service:path,
        commands { $($command:ident($command_in:ident) -> $command_out:ident),* $(,)? }
        reads { $($read:ident($read_in:ident) -> $read_out:ident),* $(,)? }
        $(streams { $($stream:ident($stream_in:ident) -> $items:ident of $item:ident),* $(,)? })?) => {
        #[tonic::async_trait]
        impl $service for Server {
            $(
                async fn $command(
                    &self,
                    request: tonic::Request<pb::$command_in>,
                ) -> Result<tonic::Response<pb::$command_out>, tonic::Status> {
                    let id: fn(&pb::$command_in) -> &String = |body| &body.request_id;
                    let (call, body) = $crate::Call::open(&self.0, request, Some(id)).await?;
                    loop {
                        let result = $command::handle(&self.0, &call, body.clone()).await;
                        if let Some(settled) = call.settle(&self.0, result).await {
                            return settled;
                        }
                    }
                }
            )*
            $(
                async fn $read(
                    &self,
                    request: tonic::Request<pb::$read_in>,
                ) -> Result<tonic::Response<pb::$read_out>, tonic::Status> {
                    let (call, body) = $crate::Call::open(&self.0, request, None).await?;
                    loop {
                        let result = $read::handle(&self.0, &call, body.clone()).await;
                        if let Some(settled) = call.settle(&self.0, result).await {
                            return settled;
                        }
                    }
                }
            )*
            $($(
                type $items = std::pin::Pin<
                    Box<dyn futures::Stream<Item = Result<pb::$item, tonic::Status>> + Send>,
                >;

                async fn $stream(
                    &self,
                    request: tonic::Request<pb::$stream_in>,
                ) -> Result<tonic::Response<Self::$items>, tonic::Status> {
                    let (call, body) = $crate::Call::open(&self.0, request, None).await?;
                    $stream::handle(self, call, body).await.map(tonic::Response::new)
                }
            )*)?
        }
    };
}
