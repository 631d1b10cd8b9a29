//! Removing customers, with everything that hangs on them but their keys.

use domain::customer::Customer;

use super::script::{Script, padded};

/// Each up to the table of the customers, and from there on. CROSS JOIN keeps the order in which tables are searched.
const STATEMENTS: [(&str, &str); 5] = [
    (
        "DELETE FROM customer_token WHERE (bucket, hash) IN (SELECT t.bucket, t.hash FROM ",
        " v CROSS JOIN customer_token t
          WHERE t.bucket = v.column1 AND t.organization_id = v.column2 AND t.customer_id = v.column3); ",
    ),
    (
        "DELETE FROM customer_installation WHERE (bucket, organization_id, customer_id, install_id) IN
             (SELECT i.bucket, i.organization_id, i.customer_id, i.install_id FROM ",
        " v CROSS JOIN customer_installation i
          WHERE i.bucket = v.column1 AND i.organization_id = v.column2 AND i.customer_id = v.column3); ",
    ),
    (
        "DELETE FROM network_session WHERE rowid IN (SELECT s.rowid FROM ",
        " v CROSS JOIN network_session s
          WHERE s.bucket = v.column1 AND s.organization_id = v.column2 AND s.customer_id = v.column3); ",
    ),
    (
        // Who did what when is nothing of the person's.
        "UPDATE customer_history SET fields = 0, accepted = 0, customs = NULL, more_fields = NULL,
             more_accepted = NULL
         WHERE (bucket, organization_id, customer_id, id) IN
             (SELECT h.bucket, h.organization_id, h.customer_id, h.id FROM ",
        " v CROSS JOIN customer_history h
          WHERE h.bucket = v.column1 AND h.organization_id = v.column2 AND h.customer_id = v.column3); ",
    ),
    (
        "DELETE FROM customer WHERE rowid IN (SELECT c.rowid FROM ",
        " v CROSS JOIN customer c
          WHERE c.bucket = v.column1 AND c.organization_id = v.column2 AND c.id = v.column3); ",
    ),
];

/// Removes them.
pub(super) fn erase(script: &mut Script, customers: &[&Customer]) -> Result<(), sqlx::Error> {
    for (before, after) in STATEMENTS {
        script.push(before);
        script.push_values(3, padded(customers.len()), customers, |script, customer| {
            script.bind_home(customer.organization_id)?;
            script.bind(&customer.id.to_bytes()[..])
        })?;
        script.push(after);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_hangs_on_a_customer_is_found_by_an_index() {
        let mut script = Script::default();
        erase(&mut script, &[]).unwrap();
        for statement in script.sql().split_terminator("; ") {
            let plan = crate::open::plan(statement).await;
            assert!(plan.contains("(bucket=? AND organization_id=? AND "), "{statement}\n{plan}");
            let scanned = ["SCAN customer", "SCAN network", "SCAN t", "SCAN s"].iter().any(|scan| plan.contains(scan));
            assert!(!scanned, "{statement}\n{plan}");
        }
    }
}
