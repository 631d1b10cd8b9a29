//! The metrics of the embedded database's journal.

use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};
use store_sqlite::SqliteStore;

/// Reads the journal whenever the metrics are read.
#[derive(Debug)]
pub(crate) struct JournalMetrics(Arc<SqliteStore>);

impl JournalMetrics {
    pub(crate) fn of(store: &Arc<SqliteStore>) -> Self {
        Self(store.clone())
    }

    pub(crate) fn register(self, registry: &mut Registry) {
        registry.sub_registry_with_prefix("guestbook").register_collector(Box::new(self));
    }
}

impl Collector for JournalMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        let journal = self.0.journal();
        let size = ConstGauge::new(i64::try_from(journal.bytes).unwrap_or(i64::MAX));
        let help = "The size of the journal of the embedded database";
        let metric = encoder.encode_descriptor("journal_size", help, Some(&Unit::Bytes), size.metric_type())?;
        size.encode(metric)?;
        let pending = ConstGauge::new(journal.erasure_pending.map_or(0.0, |time| time.as_secs_f64()));
        let help = "Time for which the journal may have contained an erased customer; 0 if it contains none";
        let metric = encoder.encode_descriptor("erasure_pending", help, Some(&Unit::Seconds), pending.metric_type())?;
        pending.encode(metric)
    }
}
