// SPDX-License-Identifier: Apache-2.0
//
// The whole country for a year: 565 organisations, 185,000 dossiers, 400,000 lines of statements
// and 13,000 signals a month. Generated from a seed, kept sealed, read by the rooms themselves. The
// floor of the import is sqlite3's own .import of the same rows into a table with the same indexes,
// month by month beside ours. A JSON object for each figure; what it does meanwhile goes to
// standard error.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "gateway/domain/dossier_number.h"
#include "tests/bench/national/archive.h"
#include "tests/bench/national/country.h"
#include "tests/bench/national/measure.h"

namespace semafoor::national {
namespace {

namespace fs = std::filesystem;

constexpr double kMostImport = 2.0;
constexpr double kMostMs = 5.0;
// The same work for an organisation alone in a store and among all of them.
constexpr double kMostFlat = 1.25;
// A document sixteen times as large.
constexpr double kMostMemory = 1.2;

struct Options {
  std::uint64_t seed = 1;
  Size size;
  int months = 12;
  int questions = 2'000;
  fs::path folder;
  std::string sqlite3 = "sqlite3";
};

// The peer: a table with the same indexes, filled by the program's .import.
class Peer {
 public:
  Peer(const Options& options, const Country& country)
      : options_(options), country_(country), database_(options.folder / "peer.db") {
    script(
        "PRAGMA journal_mode=WAL;\n"
        "CREATE TABLE lines (org TEXT NOT NULL, statement INTEGER NOT NULL, line INTEGER NOT "
        "NULL, law INTEGER, nis TEXT, month INTEGER NOT NULL, dossier TEXT NOT NULL, suffix "
        "TEXT, person TEXT NOT NULL, reference TEXT, type INTEGER, first_day INTEGER, last_day "
        "INTEGER, article TEXT NOT NULL, eurocents INTEGER, category TEXT, name TEXT, PRIMARY "
        "KEY (org, statement, line)) WITHOUT ROWID;\n"
        "CREATE INDEX lines_person ON lines (org, person, month);\n"
        "CREATE INDEX lines_dossier ON lines (org, dossier, month);\n");
  }

  // Seconds for all rows of the month.
  double import(int month) {
    const fs::path rows = options_.folder / "rows.csv";
    {
      std::ofstream out(rows, std::ios::binary);
      for (const Centre& centre : country_.centres())
        out << country_.peer_rows(centre, month, month + 1);
    }
    const Watch watch;
    script("PRAGMA synchronous=FULL;\n.mode csv\n.import " + rows.string() + " lines\n");
    const double seconds = watch.seconds();
    fs::remove(rows);
    return seconds;
  }

 private:
  void script(const std::string& text) const {
    const fs::path file = options_.folder / "script.sql";
    std::ofstream(file, std::ios::binary) << text;
    const std::string command = options_.sqlite3 + " -bail '" + database_.string() + "' < '" +
                                file.string() + "' > '" + (options_.folder / "out").string() + "'";
    if (std::system(command.c_str()) != 0)  // NOLINT(*-env33-c): the peer is a program
      fail("The peer failed: " + command +
           ". Install the package sqlite3, or name the program "
           "with --sqlite3.");
  }

  const Options& options_;
  const Country& country_;
  const fs::path database_;
};

struct Year {
  std::vector<double> imports;
  std::vector<double> floors;
  // Of the organisation in the middle its statement of each month, in microseconds a line.
  std::vector<double> mid_us;
  std::int64_t lines = 0;
  std::int64_t signals = 0;
};

// A middling one: an eighth of them are larger.
const Centre& middle(const Country& country) {
  return country.centres().at(country.centres().size() / 8);
}

// Of its last months: one measurement may have been disturbed.
double lately(const std::vector<double>& months) {
  constexpr std::ptrdiff_t kMonths = 6;
  const auto from = months.end() - std::min(kMonths, std::ssize(months));
  return quantile({from, months.end()}, 0.5);
}

Year fill(const Options& options, const Country& country, Archive& archive) {
  Year year;
  Peer peer(options, country);
  for (const Centre& centre : country.centres()) archive.add(centre);
  for (int month = 0; month < options.months; ++month) {
    double ours = 0;
    for (const Centre& centre : country.centres()) {
      if (centre.lines == 0) continue;
      const auto message = archive.store_statement(centre, country.statement(centre, month), month);
      const double seconds = archive.read_statement(centre, message);
      if (centre.cbe == middle(country).cbe) year.mid_us.push_back(seconds * 1e6 / centre.lines);
      ours += seconds;
      year.lines += centre.lines;
    }
    for (const Centre& centre : country.centres())
      year.signals += archive.deliver_signals(country, centre, month);
    year.imports.push_back(ours);
    year.floors.push_back(peer.import(month));
    std::fprintf(stderr, "  month %d of %d: %lld lines in %.1f s, the peer %.1f s; %lld signals\n",
                 month + 1, options.months, static_cast<long long>(year.lines), ours,
                 year.floors.back(), static_cast<long long>(year.signals));
  }
  return year;
}

using Question = std::function<void(Archive&, const Country&, const Centre&, std::mt19937_64&)>;

Dossier any_dossier(const Country& country, const Centre& centre, std::mt19937_64& random) {
  return country.dossier(centre.first_dossier +
                         static_cast<int>(random() % static_cast<std::uint64_t>(centre.dossiers)));
}

const std::vector<std::pair<const char*, Question>>& questions() {
  static const std::vector<std::pair<const char*, Question>> all = {
      {"list_open_signals",
       [](Archive& archive, const Country&, const Centre& centre, std::mt19937_64&) {
         must(archive.signals().list(centre.cbe, {.open_only = true}));
       }},
      {"list_signals_of_handler",
       [](Archive& archive, const Country&, const Centre& centre, std::mt19937_64& random) {
         must(archive.signals().list(centre.cbe,
                                     {.assignee_id = "worker-" + std::to_string(random() % 20)}));
       }},
      {"search_signals_by_person",
       [](Archive& archive, const Country& country, const Centre& centre, std::mt19937_64& random) {
         must(archive.signals().list(centre.cbe,
                                     {.ssin = any_dossier(country, centre, random).ssin}));
       }},
      {"search_signals_by_dossier",
       [](Archive& archive, const Country& country, const Centre& centre, std::mt19937_64& random) {
         must(archive.signals().list(
             centre.cbe,
             {.dossier = domain::normalised_dossier(any_dossier(country, centre, random).number)}));
       }},
      {"search_lines_by_person",
       [](Archive& archive, const Country& country, const Centre& centre, std::mt19937_64& random) {
         must(archive.lists().lines(
             centre.cbe,
             {.lines = {.person = any_dossier(country, centre, random).ssin}, .statement_id = {}}));
       }},
      {"search_lines_by_dossier",
       [](Archive& archive, const Country& country, const Centre& centre, std::mt19937_64& random) {
         must(archive.lists().lines(centre.cbe,
                                    {.lines = {.dossier = domain::normalised_dossier(
                                                   any_dossier(country, centre, random).number)},
                                     .statement_id = {}}));
       }},
      {"search_messages_by_subject",
       [](Archive& archive, const Country&, const Centre& centre, std::mt19937_64&) {
         must(archive.store().read([&](store::Reader& reader) -> Result<void> {
           auto page = reader.messages(centre.cbe, {.words = {"maandstaat"}});
           return page ? Result<void>() : page.error();
         }));
       }},
  };
  return all;
}

// In milliseconds. The larger an organisation, the more often it is asked, as in life.
std::vector<double> ask(const Options& options, const Country& country, Archive& archive,
                        const Question& question) {
  std::mt19937_64 random(options.seed);
  std::vector<double> times;
  for (int i = 0; i < options.questions; ++i) {
    const int dossier =
        static_cast<int>(random() % static_cast<std::uint64_t>(options.size.dossiers));
    const auto found = std::upper_bound(
        country.centres().begin(), country.centres().end(), dossier,
        [](int number, const Centre& centre) { return number < centre.first_dossier; });
    const Centre& centre = *std::prev(found);
    const Watch watch;
    question(archive, country, centre, random);
    times.push_back(watch.seconds() * 1e3);
  }
  return times;
}

void print_searches(const Options& options, const Country& country, Archive& archive) {
  for (const auto& [name, question] : questions()) {
    std::fprintf(stderr, "  asking: %s ...\n", name);
    const auto times = ask(options, country, archive, question);
    const double p99 = quantile(times, 0.99);
    print({.name = std::string("national_") + name,
           .value = p99,
           .unit = "ms p99",
           .floor = {},
           .target = "<= 5 ms",
           .met = p99 <= kMostMs});
  }
}

// What one organisation costs alone, next to what it costs among all.
void print_flatness(const Options& options, const Country& country, Archive& archive,
                    const std::vector<double>& among_us) {
  std::fprintf(stderr, "  one organisation alone ...\n");
  const Centre& centre = middle(country);
  Archive alone(options.folder / "alone");
  alone.add(centre);
  std::vector<double> alone_us;
  for (int month = 0; month < options.months; ++month) {
    const auto message = alone.store_statement(centre, country.statement(centre, month), month);
    alone_us.push_back(alone.read_statement(centre, message) * 1e6 / centre.lines);
    alone.deliver_signals(country, centre, month);
  }
  print({.name = "national_import_of_one",
         .value = lately(among_us),
         .unit = "us a line",
         .floor = lately(alone_us),
         .target = "<= 1.25",
         .met = lately(among_us) <= kMostFlat * lately(alone_us)});
  const auto cost = [&](Archive& where) {
    std::mt19937_64 random(options.seed);
    std::vector<double> times;
    for (int i = 0; i < options.questions; ++i) {
      const Watch watch;
      for (const auto& each : questions()) each.second(where, country, centre, random);
      times.push_back(watch.seconds() * 1e3);
    }
    return quantile(times, 0.5);
  };
  const double flat_alone = cost(alone);
  const double flat_among = cost(archive);
  print({.name = "national_cost_of_one",
         .value = flat_among,
         .unit = "ms",
         .floor = flat_alone,
         .target = "<= 1.25",
         .met = flat_among <= kMostFlat * flat_alone});
}

void print_memory(const Options& options) {
  std::fprintf(stderr, "  memory of a small and a large document ...\n");
  constexpr int kSmall = 25'000;
  constexpr int kLarge = 400'000;
  int stores = 0;
  const auto peak_of = [&](int lines) {
    const Country one(options.seed, {.organisations = 1, .dossiers = lines / 2, .lines = lines});
    Archive archive(options.folder / ("memory-" + std::to_string(++stores)));
    const Centre& centre = one.centres().front();
    archive.add(centre);
    const auto message = archive.store_statement(centre, one.statement(centre, 0), 0);
    forget_peak();
    archive.read_statement(centre, message);
    return peak_mib();
  };
  // Once for what the allocator keeps.
  peak_of(kSmall);
  const double small = peak_of(kSmall);
  const double large = peak_of(kLarge);
  print({.name = "national_import_memory",
         .value = large,
         .unit = "MiB peak",
         .floor = small,
         .target = "<= 1.2",
         .met = large <= kMostMemory * small});
}

void run(const Options& options) {
  const Country country(options.seed, options.size);
  print_memory(options);
  Archive archive(options.folder / "country");
  const Year year = fill(options, country, archive);
  // Of the last month, when both hold the most.
  const double ours = year.imports.back();
  const double floor = year.floors.back();
  print({.name = "national_import_month",
         .value = ours,
         .unit = "s",
         .floor = floor,
         .target = "<= 2",
         .met = ours <= kMostImport * floor});
  print_searches(options, country, archive);
  print_flatness(options, country, archive, year.mid_us);
}

}  // namespace
}  // namespace semafoor::national

int main(int argc, char** argv) {
  semafoor::national::Options options;
  CLI::App app("The whole country for a year, generated from a seed, next to sqlite3's .import.");
  app.add_option("--seed", options.seed, "of everything that is generated")->capture_default_str();
  app.add_option("--organisations", options.size.organisations, "how many")->capture_default_str();
  app.add_option("--dossiers", options.size.dossiers, "of all together")->capture_default_str();
  app.add_option("--lines", options.size.lines, "of statements, a month")->capture_default_str();
  app.add_option("--signals", options.size.signals, "a month")->capture_default_str();
  app.add_option("--months", options.months, "how long")->capture_default_str();
  app.add_option("--questions", options.questions, "of each kind")->capture_default_str();
  app.add_option("--sqlite3", options.sqlite3, "the program of the peer")->capture_default_str();
  app.add_option("--folder", options.folder, "an empty folder on the disk to be measured")
      ->required();
  CLI11_PARSE(app, argc, argv);
  std::filesystem::create_directories(options.folder);
  semafoor::national::run(options);
  return 0;
}
