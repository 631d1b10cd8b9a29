//! How it was measured: what a reader has to know to believe a figure, or not to.

use super::super::load::CONNECTIONS;
use super::super::options::Options;
use super::super::series::number;

/// The section. Every sentence is true of the code beside it; who changes the one changes the other.
pub(super) fn section(Options { rounds, customers, seconds }: Options) -> String {
    let customers = number(customers as f64);
    format!(
        "## Method\n\n\
         - Rounds: {rounds}. A figure is the median of the rounds, with the lowest and the highest in parentheses.\n\
         - The release build, started on loopback with a data directory on the file system named above, with the log at \
         its default level written to a file. Nothing is switched off: JWT, validation, sealing of passwords, and an \
         fsync before each answer to a write.\n\
         - Server and load generator share the machine, and the generator takes a part of it.\n\
         - The {customers} customers are created through the HTTP interface, once. Every round begins with a copy of \
         that data directory, in the page cache. What a load creates stays for the loads after it.\n\
         - A start is timed from the creation of the process. The server chooses its port and prints it; from then on a \
         connection is tried in a loop with a pause of 1 ms, so that times may be 1 ms too long. The program is in the \
         page cache. On an empty directory it is a first start: keys, tables and a demonstration are made.\n\
         - Memory is what `/proc/PID/status` calls VmRSS, pages of the program itself included, read when the server \
         has used no processor time for half a second.\n\
         - A load lasts {seconds} s, with {CONNECTIONS} connections that stay open; each asks again as soon as it is \
         answered. Status and customer id of every answer are checked, and one wrong answer ends the run. The latency \
         is that of the whole answer.\n\
         - An fsync, for scale, is 4 KiB written to a file and fdatasync, one after the other from one thread, on the \
         same file system in the same round, just before the loads. Requests for each fsync count those of the growing \
         file; SQLite uses its journal again, which can be cheaper, so that more than 1 does not mean that fsyncs are \
         left out.\n"
    )
}
