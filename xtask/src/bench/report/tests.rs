use super::*;

fn setting() -> Setting {
    Setting {
        options: Options { rounds: 2, customers: 5000, seconds: 1 },
        artifact: Artifact { size: 3 * 1024 * 1024, packages: 7 },
        machine: vec![("cores", "2".to_owned())],
    }
}

fn series(values: &[f64]) -> Series {
    let mut series = Series::default();
    values.iter().for_each(|value| series.push(*value));
    series
}

#[test]
fn says_what_it_measured_and_on_what() {
    let mut figures = Figures::default();
    figures.load("create").rate = series(&[1500.0, 1700.0]);
    let report = markdown(&setting(), &figures);
    for text in [
        "- cores: 2\n",
        "- Rounds: 2.",
        "The 5,000 customers are created",
        "A load lasts 1 s, with 32 connections",
        "| create | 1,600 (1,500 to 1,700) | not measured |",
        "- The program has 3.00 MiB.\n",
        "has 7 packages",
    ] {
        assert!(report.contains(text), "{text} is not in:\n{report}");
    }
}

#[test]
fn one_round_that_misses_an_aim_is_told() {
    assert_eq!(aim_row("start", 200.0, &series(&[1.0, 2.0])), "| start | 200 | 1.50 (1.00 to 2.00) | reached |\n");
    for missed in [&[1.0, 200.0][..], &[201.0], &[]] {
        assert!(aim_row("start", 200.0, &series(missed)).contains("**not reached**"), "{missed:?}");
    }
}

#[test]
fn every_row_has_the_cells_of_its_table() {
    let mut figures = Figures::default();
    figures.load("create");
    let report = markdown(&setting(), &figures);
    for table in report.split("\n\n").filter(|part| part.starts_with('|')) {
        let cells: Vec<_> =
            table.lines().take_while(|line| line.starts_with('|')).map(|line| line.matches('|').count()).collect();
        assert!(cells.len() > 2 && cells.iter().all(|count| *count == cells[0]), "{table}");
    }
}
