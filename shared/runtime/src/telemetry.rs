//! Logs to standard error, and traces over OTLP when an endpoint is configured. Neither names a person.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{ConfigError, Telemetry};

/// Starts telemetry once per process. Hand the provider to `shutdown` before the process ends.
///
/// # Errors
/// When the log filter or the endpoint cannot be used; the text names the key.
pub fn start(config: &Telemetry) -> Result<Option<SdkTracerProvider>, ConfigError> {
    let wrong = |key, fault| ConfigError::Value { key, fault };
    let filter =
        EnvFilter::try_new(&config.log).map_err(|_| wrong("telemetry.log", "is not a log filter"))?;
    let provider = config.otlp_endpoint.as_ref().map(|endpoint| provider(endpoint.as_str())).transpose();
    let provider = provider.map_err(|_| wrong("telemetry.otlp_endpoint", "cannot be used"))?;
    let traces = provider
        .as_ref()
        .map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("hemgang")));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(filter);
    // A second start in one process, as in tests, leaves the first in place.
    let _ = tracing_subscriber::registry().with(lines).with(traces).try_init();
    Ok(provider)
}

fn provider(endpoint: &str) -> Result<SdkTracerProvider, ExporterBuildError> {
    let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build()?;
    let resource = Resource::builder().with_service_name("hemgang").build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}
