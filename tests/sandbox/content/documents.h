// SPDX-License-Identifier: Apache-2.0
//
// Makes small, valid files of the kinds that the e-Box carries. Each takes the size it should at
// least have (0: as small as it gets) and a key; the same arguments give the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/sandbox/content/dates.h"
#include "tests/sandbox/content/file.h"
#include "tests/sandbox/content/people.h"

namespace semafoor::sandbox::content {

using Lines = std::vector<std::string>;
using Rows = std::vector<std::vector<std::string>>;

// PDF 1.4, one page, the standard font Helvetica; `lines` are UTF-8 of the Latin-1 range.
FilePtr make_pdf(const Lines& lines, std::uint64_t at_least, std::uint64_t key);
// As the content of an XML element, or of an attribute in double quotes.
std::string xml_text(const std::string& text);
// RTF, which every Word opens under the name .doc.
FilePtr make_doc(const Lines& lines, std::uint64_t at_least, std::uint64_t key);
// UTF-8, namespace urn:x-semafoor:sandbox:document.
FilePtr make_xml(const std::string& root,
                 const std::vector<std::pair<std::string, std::string>>& fields,
                 std::uint64_t at_least, std::uint64_t key);
// Semicolons, CRLF, UTF-8; a last column "remark" is added.
FilePtr make_csv(const std::vector<std::string>& columns, const Rows& rows, std::uint64_t at_least,
                 std::uint64_t key);
// Deflated entries; what fills up to `at_least` is one stored entry "filling.txt".
FilePtr make_zip(const std::vector<std::pair<std::string, std::string>>& entries,
                 std::uint64_t at_least, std::uint64_t key);

enum class Statement { leefloon, equivalent_leefloon, employment };
// Fixed width, 111 characters and CRLF a line, as POD MI describes the monthly statements. What
// follows the name (field 15) is not public, so it is left out. Budget articles are of this project
// ("X00001").
FilePtr make_monthly_statement(Statement kind, const Organisation& organisation, Day month,
                               std::uint64_t at_least, std::uint64_t key);

}  // namespace semafoor::sandbox::content
