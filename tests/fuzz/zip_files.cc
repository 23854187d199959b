// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "gateway/documents/zip.h"
#include "gateway/domain/text.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const documents::MemorySource source{std::string(fuzz::text_of(data, size))};
  const documents::ZipLimits limits{.members = 50, .member_bytes = 1 << 20, .total_bytes = 2 << 20};
  const auto archive = documents::ZipArchive::open(source, limits);
  if (!archive) {
    fuzz::must_be_useful(archive.error());
    return 0;
  }
  fuzz::must(archive->members().size() <= 50, "no more members than allowed");
  std::vector<char> some(4096);
  for (const auto& member : archive->members()) {
    fuzz::must(domain::is_utf8(member.name), "a name is UTF-8");
    fuzz::must(member.name != ".." && !member.name.starts_with("../") &&
                   member.name.find("/../") == std::string::npos && member.name[0] != '/',
               "no name leads outside");
    auto stream = archive->read(member);
    if (!stream) {
      fuzz::must_be_useful(stream.error());
      continue;
    }
    std::uint64_t read = 0;
    for (;;) {
      const auto got = (*stream)->read(some);
      if (!got) {
        fuzz::must_be_useful(got.error());
        break;
      }
      if (*got == 0) {
        fuzz::must(read == member.size, "a member has the bytes that were said");
        break;
      }
      read += *got;
      fuzz::must(read <= member.size, "never more than was said");
    }
  }
  return 0;
}
