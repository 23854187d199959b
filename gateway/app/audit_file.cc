// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/audit_file.h"

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "gateway/audit/file_check.h"

namespace semafoor::app {
namespace {

Result<v1::VerifyAuditResponse> check(const std::filesystem::path& file,
                                      const std::filesystem::path& anchors) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    return Error{.kind = ErrorKind::not_found,
                 .code = "audit.file",
                 .message = "An exported audit chain was to be verified; " + file.string() +
                            " cannot be read. Name a file that this account may read."};
  audit::AnchorsRead known;
  if (!anchors.empty()) {
    auto read = audit::AnchorFolder(anchors).read("");
    if (!read.ok()) return read.error();
    known = std::move(*read);
  }
  return audit::check_file(stream, known);
}

}  // namespace

int check_audit_file(const std::filesystem::path& file, const std::filesystem::path& anchors,
                     bool json) {
  const auto found = check(file, anchors);
  if (!found.ok()) {
    if (json)
      std::cout << nlohmann::json{{"error",
                                   {{"code", found.error().code},
                                    {"message", found.error().message}}}}
                       .dump()
                << "\n";
    else
      std::cerr << found.error().message << "\n";
    return 1;
  }
  auto findings = nlohmann::json::array();
  for (const v1::AuditFinding& one : found->findings()) {
    findings.push_back({{"number", one.number()},
                        {"fault", v1::AuditFault_Name(one.fault())},
                        {"message", one.message()}});
    if (!json) std::cout << "FAULT  record " << one.number() << ": " << one.message() << "\n";
  }
  const bool whole = found->faults() == 0 && found->done();
  if (json)
    std::cout << nlohmann::json{{"organisation", found->head().organisation().value()},
                                {"records", found->records()},
                                {"anchors", found->anchors()},
                                {"faults", found->faults()},
                                {"findings", findings},
                                {"whole", whole}}
                     .dump()
              << "\n";
  else
    std::cout << (whole ? "Whole: " : "NOT WHOLE: ") << found->records() << " records, "
              << found->anchors() << " anchors met, " << found->faults() << " faults.\n";
  return whole ? 0 : 1;
}

}  // namespace semafoor::app
