//! The method: what a reader has to know to judge the figures.

use super::super::lists::{MANY_IN_SQLITE, PAGE};
use super::super::meter::WARM_UP;
use super::super::options::Options;
use super::super::pgbench::CLIENTS;
use super::super::postgres::SETTINGS;
use super::super::scale::FEW;
use super::super::series::number;
use super::super::wifi;

/// The section. Every sentence describes the code beside it; change both together.
pub(super) fn section(options: &Options) -> String {
    let Options { rounds, seconds, .. } = options;
    let settings = SETTINGS.map(|(name, value)| format!("{name} = {value}")).join(", ");
    format!(
        "## Method\n\n\
         - Rounds: {rounds}. A figure is the median of the rounds, with the lowest and the highest in parentheses; a \
         ratio is taken within each round first.\n\
         - One load at a time, {seconds} s each, after {warm_up} s of the same that are not counted. Whose turn is first \
         changes from round to round: what a load adds stays for the loads after it.\n\
         - The service is the release build on loopback, with the log at its default level written to a file. Nothing \
         is switched off: JWT, validation, sealing of passwords, and an answer to a write only when it is on disk.\n\
         - PostgreSQL is started for the run, on the file system named above, with {settings} and otherwise as it comes: \
         fsync, full_page_writes and synchronous_commit are on.\n\
         {own}\
         - Server, database and load generator share the machine. The generator is one thread; each of its connections \
         asks again as soon as it is answered. Status and customer id of every answer are checked, and one wrong answer \
         ends the run. The latency is that of the whole answer.\n",
        warm_up = WARM_UP.as_secs(),
        own = if options.wifi { wifi_only(options) } else { registry_only(options) },
    )
}

/// The method for the way onto the Wi-Fi.
fn wifi_only(options: &Options) -> String {
    format!(
        "- {customers} customers were created through the HTTP interface before, in either store. 1,000 more have tokens and \
         a login, and are asked for.\n\
         - Pages are as a desktop gets them, with their QR code. Profiles are those for Apple's devices from \
         `/wifiprofile`, unsigned. The first fetch of a minute writes a use of its token, the others only read. Of both, \
         what the answer must contain is looked for.\n\
         - What a RADIUS server asks goes over {connections} connections, as many as FreeRADIUS keeps, and is compared with \
         `GET /health/live` over the same. For logins a second FreeRADIUS stands before the service with our configuration, \
         and radclient has {connections} logins under way all the time, by PAP; every one must be accepted. FreeRADIUS and \
         radclient share the machine too.\n",
        customers = number(options.customers as f64),
        connections = wifi::CONNECTIONS,
    )
}

/// The method for the registry.
fn registry_only(options: &Options) -> String {
    let Options { customers, scale, plain_binary, .. } = options;
    let customers = number(*customers as f64);
    let clients = CLIENTS.map(|clients| clients.to_string()).join(", ");
    let plain = match plain_binary {
        Some(_) => "another build of the program, started with `--write-batch-limit 1`",
        None => "the same program, started with `--write-batch-limit 1`",
    };
    format!(
        "- Plain is {plain}: a transaction for each write, its statements one after the other. The service, plain and \
         pgbench use the same database, one after the other.\n\
         - pgbench sends statements written by hand (`xtask/src/bench/pgbench`), prepared, one transaction for a \
         request, with the same rows, from {clients} clients on two threads; the best of these counts. It leaves out \
         HTTP, JWT, validation and sealing.\n\
         - {customers} customers were created through the HTTP interface before. A new guest is one that no load has \
         had; a known one is among these {customers}, and changes its first name. Tokens are 1,000, and as many \
         more customers have passwords that are checked. Guests have telephone numbers of 30 countries by turns. An \
         e-mail address that is sought is one of those {customers}.\n\
         {scale}\
         - The most memory is what `/proc/PID/status` calls VmHWM, pages of the program itself included, of a process \
         that was started for the loads on so many connections. Memory at rest is VmRSS, read when the server has used \
         no processor time for half a second.\n\
         - A start is timed from the creation of the process; a connection is tried in a loop with a pause of 1 ms. On \
         an empty directory it is a first start: keys, tables and a demonstration are made.\n\
         - Transactions are those that got a number of PostgreSQL's, so only those that write.\n",
        scale = scale.map(at_scale).unwrap_or_default(),
    )
}

/// The method for few and for very many customers.
fn at_scale(scale: u64) -> String {
    format!(
        "- The service with few customers and with very many: {0} and {1}. The database with few is made anew in each \
         round, since every load adds some; what adds most is measured last.\n\
         - Lists are read among {0} and {1} in PostgreSQL, and among {0} and {2} in SQLite: pages of {PAGE}, on one \
         connection, each from where the one before ended, and from the start again at the end.\n",
        number(FEW as f64),
        number(scale as f64),
        number(scale.min(MANY_IN_SQLITE) as f64)
    )
}
