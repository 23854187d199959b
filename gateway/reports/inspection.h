// SPDX-License-Identifier: Apache-2.0
//
// The file that an inspector asks for: per beneficiary each signal, and what was answered.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/reports/inspection_columns.h"
#include "gateway/reports/names.h"
#include "gateway/reports/period.h"
#include "gateway/sheets/sheet.h"
#include "gateway/store/store.h"
#include "semafoor/v1/reports.pb.h"

namespace semafoor::reports {

// Of the period; each takes about a hundred bytes of memory while the file is made.
inline constexpr std::size_t kMostSignals = 500'000;
inline constexpr int kMostSampled = 10'000;

// For the cover.
struct MadeFor {
  std::string who;
  std::string what_for;
};

// What the file needs of the gateway. All that is referred to outlives the inspections.
struct InspectionSources {
  store::Store& store;
  const Names& names;
  std::int64_t now_ms = 0;
  // sheets::Options.
  std::filesystem::path work_folder;
};

// One file being made; for one thread at a time. The choice of signals is made when it begins; what
// each of them says is read as the file goes, a few at a time.
class Inspection {
 public:
  // "reports.period", "reports.sample", "reports.format", "reports.language";
  // "reports.too_many_signals", "reports.too_long_for_pdf".
  static Result<std::unique_ptr<Inspection>> begin(const InspectionSources& sources,
                                                   const store::Org& org,
                                                   const v1::InspectionWish& wish,
                                                   const MadeFor& made_for);

  const v1::InspectionHead& head() const { return head_; }
  // Whom the file is about, each once, in their order.
  const std::vector<std::string>& persons() const { return persons_; }
  // Fills `chunk` with the next bytes, at most `most`; false: they are the last.
  Result<bool> next(std::string& chunk, std::size_t most);

 private:
  struct Wished {
    Days days;
    std::optional<v1::InspectionSample> sample;
    sheets::Format format = sheets::Format::csv;
    InspectionShape shape;
  };
  struct Key {
    std::string person;
    std::int64_t received_ms = 0;
    std::string signal_id;
  };

  Inspection(const InspectionSources& sources, store::Org org, Wished wished)
      : sources_(sources), org_(std::move(org)), wished_(std::move(wished)) {}
  static Result<Wished> read(const v1::InspectionWish& wish);
  Result<void> choose();
  void draw_sample();
  Result<void> describe(const MadeFor& made_for);
  Result<std::string> organisation_name();
  Result<void> add_some();
  Result<void> add_signal(store::Reader& reader, const Key& key);

  const InspectionSources sources_;
  const store::Org org_;
  const Wished wished_;
  std::vector<Key> keys_;
  std::vector<std::string> persons_;
  v1::InspectionHead head_;
  sheets::Table table_;
  std::unique_ptr<sheets::Writer> writer_;
  std::size_t next_key_ = 0;
  bool finished_ = false;
  // Made, and not given away yet; from `taken_` on.
  std::string made_;
  std::size_t taken_ = 0;
};

}  // namespace semafoor::reports
