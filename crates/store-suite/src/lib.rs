//! Conformance cases that every store passes, and what tests of a store need: a clock, ids, secrets and a sealer of
//! their own.
//!
//! Belongs here: what the ports of `domain` promise, as plain functions over `&dyn` ports ([`cases`]), and a model that
//! random commands are compared with ([`model`]). Does not belong here: anything that only one store does.
//!
//! A case makes its own organization, so that cases can run in any order. Each has a database of its own, since some are
//! about all of it. A store runs all of them
//! by one line, [`conformance!`], and cannot leave one out.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test code: a failure is to end the test")]

pub mod ambient;
pub mod cases;
pub mod crowd;
pub mod damages;
pub mod edit;
pub mod model;
pub mod older;
pub mod resealing;
pub mod sample;
pub mod scroll;
mod sealer;
pub mod settings;
mod stores;
pub mod trace;
mod venue;

pub use sealer::{CountingSealer, TestSealer};
pub use stores::{Bad, Damage, Damager, Stores};
pub use venue::{IntoCommand, Venue, access_point};

/// The list of the cases, handed to another macro. A test of this crate compares it with the functions that there are.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_case {
    ([$($callback:tt)+] $($argument:tt)*) => {
        $($callback)+! { @each $($argument)*;
            batch: later_commands_see_earlier_ones, a_refused_command_spoils_no_other, an_empty_batch_has_no_answers,
                a_rehearsal_answers_and_writes_nothing, very_many_are_as_few;
            concurrency: one_new_address_makes_one_customer, crossed_values_never_make_two_owners,
                one_username_goes_to_one_customer, an_abandoned_write_is_whole_or_nothing;
            create: reads_back_every_field, reads_back_a_bare_customer, reads_back_the_widest_values,
                takes_the_default_location, takes_a_named_location, refuses_an_unknown_location,
                refuses_another_organizations_location, needs_policies, needs_an_organization, locks_unless_told_not_to,
                takes_given_credentials, a_repeated_command_creates_once, a_repeated_command_meets_no_conflict,
                a_repeated_hit_answers_the_creation;
            deduplicate: without_names_it_always_creates, each_kind_of_key_finds, finds_in_its_own_organization_only,
                compares_in_the_form_of_the_key, two_hits_on_one_customer_are_one, different_customers_conflict,
                names_without_a_value_are_skipped, the_oldest_owner_is_the_hit, a_hit_keeps_what_creation_fixed,
                a_hit_needs_no_policies, a_hit_merges, a_hit_with_an_unknown_location_writes_nothing,
                a_public_app_locks_only_its_own_customer_and_never_unlocks, a_public_app_changes_little_of_whom_it_only_found,
                a_public_app_finds_nobody_by_outside_ids;
            forwarding: an_account_reads_back, who_is_written_waits, who_stays_as_it_is_does_not_wait, takers_share,
                the_longest_due_comes_first, who_changes_on_the_way_waits_again, who_is_erased_is_forgotten_in_the_end,
                failures_are_remembered, who_was_given_up_is_listed, customers_from_before_are_enqueued,
                another_account_knows_nobody, who_is_on_the_way_is_left_to_the_next_account,
                who_is_on_the_way_stays_with_the_same_account, who_comes_too_late_says_nothing,
                who_waited_for_a_removed_account_is_forgotten, nobody_is_taken_while_accounts_are_held,
                who_was_put_off_by_a_wrong_clock_is_due;
            guid: finds_when_nothing_better_does, yields_to_identity, never_conflicts,
                does_not_find_who_contradicts, finds_who_has_no_such_value;
            queue: a_value_given_up_goes_to_the_next, clearing_frees_the_value, leaving_the_queue_keeps_its_order,
                taking_an_owned_value_ranks_behind, a_hit_may_take_an_owned_value, another_case_keeps_the_place,
                coming_back_ranks_last, groups_give_up_their_key;
            username: a_taken_name_writes_nothing, is_compared_exactly, is_free_in_another_organization,
                a_generated_name_may_be_taken_too;
            put: changes_and_reads_back, clears_every_field, tells_foreign_from_unknown, needs_an_organization,
                refuses_an_unknown_location, refuses_what_grows_too_large,
                tells_whether_the_lock_changed;
            erase: is_done_once, its_keys_go_to_the_next, its_username_is_free, takes_along_what_hangs_on_it,
                is_not_undone_by_a_repeated_creation, shares_a_batch, tells_foreign_from_unknown, leaves_nothing_to_those_who_come_at_the_same_time;
            find: is_bound_to_the_organization, reads_what_older_versions_accepted;
            directory: tells_what_a_customer_logs_in_with, a_username_is_the_organizations, a_key_leads_to_whoever_has_it,
                several_keys_lead_to_one_customer, knows_ids_of_all_organizations, many_at_once_are_told_apart;
            history: tells_every_call, tells_every_field, tells_consents_with_their_times, tells_no_more_than_was_written,
                goes_on_after_an_event, keeps_the_bare_facts_of_who_is_erased, is_bound_to_the_organization,
                tells_devices, tells_each_command_of_a_batch;
            housekeeping: reads_back_and_the_quicker_instance_counts, knows_a_late_write;
            keys: a_signing_key_stays_until_it_is_replaced, sealing_keys_are_remembered, seals_are_counted_in_parts;
            installation: reads_back_every_field, reads_back_the_widest_values, merges_what_is_told,
                the_most_silent_makes_room, reports_at_the_same_time_all_count, tells_foreign_from_unknown;
            network_session: reads_back_every_field, reads_back_a_bare_one, is_the_same_in_whatever_order_it_is_told,
                is_the_same_when_all_is_told_at_once, an_ended_one_stays_so, is_known_by_its_place_and_its_name,
                is_whose_the_best_claim_says, a_name_that_is_used_again_is_another_session,
                dated_records_of_two_sessions_stay_apart, octets_go_on_when_a_counter_has_come_round,
                a_record_without_a_person_goes_by_its_device, is_nobodys_without_a_customer, a_restart_ends_what_is_open,
                lists_the_latest_first, tells_foreign_from_unknown;
            list: shows_every_field, goes_by_creation, goes_by_the_bytes_of_usernames, is_bound_to_the_organization,
                stays_on_its_way_while_others_come_and_change, takes_whom_the_filter_takes,
                meets_all_who_have_a_value;
            token: lives_until_it_expires, looking_up_uses_no_hit, many_at_once_are_told_apart, hits_are_counted_exactly_under_concurrency,
                is_unlimited_without_hits, a_redemption_is_repeated_for_a_minute, a_redemption_needs_a_live_token,
                redemptions_at_once_use_one_hit, a_redemption_of_a_wrong_clock_grants_nothing, unknown_tokens_are_dead, tells_foreign_from_unknown,
                purge_forgets_the_expired;
            organization: reads_back, lists_in_order_of_creation, configures, changes_at_once_undo_nothing,
                refuses_an_unknown_location, is_renamed, is_removed_without_customers;
            location: reads_back, is_added_to_an_organization, tells_foreign_from_unknown, lists_page_by_page, lists_by_tag;
            service: reads_back, lists_in_order_of_creation, needs_an_organization, is_revoked_once,
                is_found_by_its_bearer;
            session: lives_until_it_ends, dies_with_its_service, is_nothing_without_a_service,
                all_end_with_their_epoch, purge_forgets_the_expired;
            receipt: the_same_request_gets_the_first_answer, the_same_hit_gets_the_first_answer,
                another_request_is_refused, a_refused_request_leaves_none, keys_are_the_organizations,
                many_at_once_make_one_customer, one_batch_makes_one_customer, a_lost_answer_is_given_again,
                purge_forgets_the_old;
            unreadable: a_customer_spoils_no_list, a_customer_spoils_no_filtered_list, a_customer_fails_its_own_commands,
                a_customer_is_repaired_by_what_was_unreadable, a_customer_is_repaired_by_null, a_customer_is_erased,
                what_a_put_does_not_write_can_only_be_erased, a_customer_is_given_up_on_its_way,
                an_entry_of_the_queue_is_given_up, a_receipt_fails_its_own_request, an_event_spoils_no_other,
                a_session_spoils_no_other, an_installation_is_replaced, a_location_spoils_no_other,
                an_organization_spoils_no_other, a_service_spoils_no_other;
            readiness: is_ready;
            model: agrees_with_the_plain_model;
        }
    };
}

/// Makes a test of every case. The argument names an `async fn() -> Stores`.
#[macro_export]
macro_rules! conformance {
    ($open:ident) => {
        $crate::for_each_case! { [$crate::conformance] $open }
    };
    (@each $open:ident; $($module:ident: $($case:ident),+;)+) => {
        $(mod $module {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                let stores: $crate::Stores = super::$open().await;
                $crate::cases::$module::$case(&stores).await;
            })+
        })+
    };
}

macro_rules! names {
    (@each; $($module:ident: $($case:ident),+;)+) => {
        &[$($(concat!(stringify!($module), "::", stringify!($case)),)+)+]
    };
}

/// The names of the cases, `module::case`.
pub fn case_names() -> &'static [&'static str] {
    for_each_case!([names])
}
