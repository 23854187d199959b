// SPDX-License-Identifier: Apache-2.0
//
// How fast a monthly statement becomes typed lines, on one core: found out, checked and typed, next
// to a bare std::getline (and, for CSV, a split at the separator) over the same bytes. By turns;
// processor time. One JSON object a row.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sstream>
#include <string>
#include <vector>

#include "gateway/documents/document.h"
#include "gateway/documents/testing/statement_lines.h"

namespace {

using namespace semafoor::documents;

constexpr int kRows = 200'000;
constexpr int kRounds = 7;

class Counting : public Sink {
 public:
  std::int64_t eurocents = 0;
  bool begins(const Part&) override { return true; }
  bool row(const Row&, const StatementLine* line) override {
    eurocents += line->eurocents;
    return true;
  }
  bool bad(const BadRow&) override { std::abort(); }
  bool ends() override { return true; }
  bool refused(const std::string&, Kind, const semafoor::Error&) override { std::abort(); }
};

double rate_since(std::clock_t start) {
  return kRows / (static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
}

double typed(const MemorySource& source) {
  static const Layouts layouts = Layouts::builtin();
  static const CodeLists lists = CodeLists::builtin();
  Counting sink;
  const auto start = std::clock();
  const auto counts =
      read_document(source, "statement", {.layouts = &layouts, .lists = &lists}, sink);
  if (counts.rows != kRows || sink.eurocents == 0) std::abort();
  return rate_since(start);
}

double bare(const std::string& bytes, bool cells) {
  std::istringstream stream(bytes);
  const auto start = std::clock();
  std::string line;
  std::vector<std::string> row;
  std::size_t seen = 0;
  while (std::getline(stream, line)) {
    if (cells) {
      row.clear();
      for (std::size_t from = 0; from <= line.size();) {
        const std::size_t to = std::min(line.find(';', from), line.size());
        row.push_back(line.substr(from, to - from));
        from = to + 1;
      }
    }
    seen += line.size() + row.size();
  }
  if (seen == 0) std::abort();
  return rate_since(start);
}

void measure(const char* name, const std::string& bytes, bool cells) {
  const MemorySource source(bytes);
  std::vector<std::pair<double, double>> rounds;
  rounds.reserve(kRounds);
  for (int i = 0; i < kRounds; ++i) rounds.emplace_back(typed(source), bare(bytes, cells));
  std::sort(rounds.begin(), rounds.end(),
            [](const auto& a, const auto& b) { return a.first / a.second < b.first / b.second; });
  const auto& [value, floor] = rounds[rounds.size() / 2];
  std::printf(
      "{\"name\":\"%s\",\"value\":%.0f,\"unit\":\"rows/s\",\"floor\":%.0f,\"ratio\":%.3f,"
      "\"target\":null,\"met\":null}\n",
      name, value, floor, value / floor);
}

}  // namespace

int main() {
  std::string fixed;
  std::string csv;
  for (int i = 0; i < kRows; ++i) {
    testing::TestLine line;
    line.dossier = std::to_string(i + 1);
    line.ssin = testing::invented_ssin(static_cast<std::uint32_t>(i));
    if (i % 5 == 0) line.name = "Andr\xe9 Fran\xe7ois";
    fixed += testing::record(line) + "\r\n";
    csv += testing::csv_record(line) + "\r\n";
  }
  measure("statement_fixed", fixed, false);
  measure("statement_csv", csv, true);
  return 0;
}
