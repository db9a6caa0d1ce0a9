//! From a commit to 300 subscribers, each with a connection and sight of its own, while commands come at a set pace.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use hemgang_core::{day::local_day, directory::UnitKind};
use hemgang_db::Cursors;
use hemgang_proto::{
    admission::{
        self as adm, admission_feed_service_client::AdmissionFeedServiceClient,
        admission_service_client::AdmissionServiceClient, follow_events_response::Item,
    },
    common::{ExpectedDischarge, PersonId, expected_discharge::Expected},
};
use hemgang_rpc::{POSITION, Peer, wire};
use hemgang_testing::{On, Suite};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use super::{
    command::{SERVICES, unlogged},
    load::{Sample, rate},
};

const SUBSCRIBERS: usize = 300;

/// For how many seconds commands come.
const SECONDS: u32 = 15;

/// Stays that the commands are about, in turn.
const STAYS: usize = 2000;

/// When each event was sent for, committed, received; by its number.
type Times = BTreeMap<i64, Instant>;

/// What it took from the command's sending, and from its commit, to each subscriber, at so many commands a second: with
/// the access log, which has what is handed over before it is, and without.
pub async fn measure(on: On, pace: u32) -> Result<Vec<(String, Sample)>> {
    let mut rows = Vec::new();
    for (suite, which) in [(Suite::start(on, SERVICES).await, ""), (unlogged(on).await, ", without the log")]
    {
        let took = taken(suite, pace).await?;
        rows.extend(took.map(|(what, sample)| (format!("{what}{which}"), sample)));
    }
    Ok(rows)
}

async fn taken(suite: Suite, pace: u32) -> Result<[(String, Sample); 2]> {
    let suite = Arc::new(suite);
    let listening = hemgang_runtime::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let url = format!("http://{}", listening.address());
    let serving = Arc::clone(&suite);
    // It ends with this, and its database's connections with it.
    let mut server = JoinSet::new();
    server.spawn(
        async move { hemgang_runtime::serve(&serving.process, listening, std::future::pending()).await },
    );
    let directory = hemgang_directory::compiled_in()?;
    let units = directory.units(local_day(suite.clock.now()));
    let wards: Vec<_> =
        units.filter(|unit| unit.kind == UnitKind::Ward).map(|unit| unit.hsa_id.to_string()).collect();
    let peer = |ward: &String| -> Result<Peer> {
        let token = suite.token(&["ward"], ward, "region");
        Ok(hemgang_runtime::remote(&url, Arc::new(move || token.clone()))?)
    };
    let senders = wards.iter().map(peer).collect::<Result<Vec<_>>>()?;
    let stays = admit(&suite, &senders, &wards).await?;
    suite.drain().await;

    let db = &suite.process.contexts().find(|cx| cx.name == "admission").context("admission")?.db;
    let first = *db.head().borrow();
    let (received, mut came) = mpsc::unbounded_channel();
    for number in 0..SUBSCRIBERS {
        let (peer, received) = (peer(&wards[number % wards.len()])?, received.clone());
        subscribe(peer, db.cursors(), first, received).await?;
    }
    let committed = commits(db.head());
    let sent = send(&senders, &stays, db.cursors(), pace).await?;
    let last = *sent.keys().last().context("an answer")?;
    let committed = committed(last)?;

    let mut took = [Vec::new(), Vec::new()];
    let readers = |ward| (0..SUBSCRIBERS).filter(|subscriber| subscriber % wards.len() == ward).count();
    let readers: Vec<_> = (0..wards.len()).map(readers).collect();
    let expected: usize = (0..sent.len()).map(|command| readers[command % STAYS % wards.len()]).sum();
    drop(received);
    while took[0].len() < expected {
        let next = timeout(Duration::from_secs(10), came.recv()).await;
        let Ok(Some((seq, at))) = next else { bail!("{} of {expected} came", took[0].len()) };
        for (took, begun) in took.iter_mut().zip([&sent, &committed]) {
            took.extend(begun.range(seq..).next().map(|(_, begun)| at.saturating_duration_since(*begun)));
        }
    }
    let names = ["from sending", "from commit"];
    let sample = |(took, from): (Vec<Duration>, &str)| {
        (format!("{from} to {SUBSCRIBERS} subscribers at {pace}/s"), quantiles(took))
    };
    let [sending, commit] = took;
    Ok([(sending, names[0]), (commit, names[1])].map(sample))
}

fn quantiles(mut took: Vec<Duration>) -> Sample {
    took.sort();
    let at = |percent: usize| took.get(took.len() * percent / 100).copied();
    Sample { per_second: rate(took.len(), f64::from(SECONDS)), p50: at(50), p99: at(99) }
}

/// Admits the patients, in turn to every ward.
async fn admit(suite: &Suite, senders: &[Peer], wards: &[String]) -> Result<Arc<Vec<String>>> {
    let admitted_at = Some(wire::timestamp(suite.clock.now()));
    let mut stays = Vec::new();
    for first in (0..STAYS).step_by(64) {
        let mut admitting = JoinSet::new();
        for number in first..STAYS.min(first + 64) {
            let mut client = AdmissionServiceClient::new(senders[number % senders.len()].clone());
            let ward = wards[number % wards.len()].clone();
            let person = format!("SE2321000131-E000000001001{}", hemgang_core::id::random().simple());
            let oid = "1.2.752.129.2.1.2.1".to_owned();
            let request = adm::AdmitPatientRequest {
                person_id: Some(PersonId { oid, value: person[..40].to_owned() }),
                ward,
                admitted_at,
                admission_type: adm::AdmissionType::Unplanned.into(),
                ..Default::default()
            };
            admitting.spawn(async move {
                let answer = client.admit_patient(request).await?.into_inner();
                anyhow::Ok((number, answer.admission.context("an admission")?.admission_id))
            });
        }
        while let Some(admitted) = admitting.join_next().await {
            stays.push(admitted??);
        }
    }
    stays.sort();
    Ok(Arc::new(stays.into_iter().map(|(_, id)| id).collect()))
}

/// Follows from a position, and says when each event came. Returns when the stream is at the head.
async fn subscribe(
    peer: Peer,
    cursors: &Cursors,
    first: i64,
    received: mpsc::UnboundedSender<(i64, Instant)>,
) -> Result<()> {
    let request = adm::FollowEventsRequest { cursor: cursors.sealed(first) };
    let mut stream = AdmissionFeedServiceClient::new(peer).follow_events(request).await?.into_inner();
    match stream.message().await?.and_then(|came| came.item) {
        Some(Item::Bookmark(_)) => {}
        _ => bail!("something else than a bookmark at the head"),
    }
    let cursors = cursors.clone();
    tokio::spawn(async move {
        while let Some(came) = stream.message().await? {
            let now = Instant::now();
            if let Some(Item::Event(event)) = came.item {
                let cursor = event.header.context("a header")?.cursor;
                received.send((cursors.read(&cursor, false)?, now))?;
            }
        }
        anyhow::Ok(())
    });
    Ok(())
}

/// Notes on a thread of its own when each commit was told of in this process, until the one that is then asked for.
fn commits(mut head: watch::Receiver<i64>) -> impl FnOnce(i64) -> Result<Times> {
    let until = Arc::new(Mutex::new(i64::MAX));
    let asked = Arc::clone(&until);
    let noting = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        runtime.block_on(async {
            let mut times = Times::new();
            while times.keys().last() < Some(&*asked.lock().unwrap_or_else(PoisonError::into_inner)) {
                // It looks up now and then, in case the last came before it was asked for.
                if timeout(Duration::from_millis(200), head.changed()).await.is_ok() {
                    times.insert(*head.borrow_and_update(), Instant::now());
                }
            }
            anyhow::Ok(times)
        })
    });
    move |last| {
        *until.lock().unwrap_or_else(PoisonError::into_inner) = last;
        noting.join().ok().context("the commits were not noted")?
    }
}

/// Sends commands at the pace, each of the next stay; when each was sent, by the number of its event.
async fn send(senders: &[Peer], stays: &[String], cursors: &Cursors, pace: u32) -> Result<Times> {
    let mut tick = interval(Duration::from_secs(1) / pace);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut sending = JoinSet::new();
    for number in 0..usize::try_from(pace * SECONDS)? {
        tick.tick().await;
        let stay = number % stays.len();
        let mut client = AdmissionServiceClient::new(senders[stay % senders.len()].clone());
        let request = adm::ChangeExpectedDischargeRequest {
            request_id: hemgang_core::id::random().to_string(),
            admission_id: stays[stay].clone(),
            expected_discharge: Some(ExpectedDischarge { expected: Some(Expected::UnknownYet(true)) }),
            ..Default::default()
        };
        sending.spawn(async move {
            let sent = Instant::now();
            let answer = client.change_expected_discharge(request).await?;
            let position = answer.metadata().get(POSITION).context("a position")?.to_str()?;
            let cursor = position.split_once(':').context("a position")?.1.to_owned();
            anyhow::Ok((cursor, sent))
        });
    }
    let mut times = HashMap::new();
    while let Some(answered) = sending.join_next().await {
        let (cursor, sent) = answered??;
        times.insert(cursors.read(&cursor, false)?, sent);
    }
    Ok(times.into_iter().collect())
}
