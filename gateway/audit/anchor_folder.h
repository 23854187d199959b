// SPDX-License-Identifier: Apache-2.0
//
// Anchors: where each chain ended on a day, as a file outside of the store. A chain that is cut or
// written anew does not go through them. Each day is a file 2026-11-29.json
//   {"semafoor_anchor":1,"day":"2026-11-29","time_ms":1795910400000,
//    "chains":[{"organisation":"0212214917","number":12,"hash":"<hex>"}]}
// on one line, and beside it, when an authority has stamped it, 2026-11-29.tsr: the answer of RFC
// 3161 about the SHA-256 of that file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/audit/chain_check.h"
#include "gateway/domain/result.h"
#include "gateway/store/records.h"

namespace semafoor::audit {

// What anchors say, by chain, in the order of their numbers.
using AnchorsByChain = std::map<store::Org, std::vector<Anchored>>;

struct Anchor {
  // "2026-11-29", of UTC.
  std::string day;
  std::int64_t time_ms = 0;
  // Chains that have a record.
  std::vector<v1::AuditHead> chains;
};

// What is read of a folder: anchors that can be used, and what is wrong with others, in words.
struct AnchorsRead {
  AnchorsByChain chains;
  std::vector<std::string> problems;
};

// The day of a time, as anchors are named.
std::string day_of_ms(std::int64_t time_ms);
// The file's content.
std::string anchor_text(const Anchor& anchor);
// Nothing when it is no such text, byte by byte.
std::optional<Anchor> read_anchor(const std::string& text);

// Private files of one folder, which is made with the first of them. Safe from several threads; one
// at a time writes.
class AnchorFolder {
 public:
  explicit AnchorFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<bool> has(const std::string& day) const;
  // Durable; never in the place of another.
  Result<void> put(const Anchor& anchor);
  // The bytes of a day's file; "audit.anchor_unknown".
  Result<std::string> text(const std::string& day) const;
  // The authority's answer about them, if there is one.
  Result<std::optional<std::string>> stamp(const std::string& day) const;
  Result<void> put_stamp(const std::string& day, const std::string& answer);
  // In their order.
  Result<std::vector<std::string>> days() const;
  // With a `ca` (PEM), a stamp that is not the authority's about that file is a problem.
  Result<AnchorsRead> read(const std::string& ca) const;

 private:
  std::filesystem::path file_of(const std::string& day, const char* ending) const;

  const std::filesystem::path folder_;
};

}  // namespace semafoor::audit
