// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "gateway/domain/text.h"

namespace semafoor::documents {
namespace {

constexpr std::size_t kChunk = 64 * 1024;
constexpr std::string_view kMark = "\xef\xbb\xbf";
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// Windows-1252 0x80..0x9F, which Latin-1 has no characters for; 0: none here either.
constexpr std::array<std::uint16_t, 32> kWindows{
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

// Of the first character of `text`, which is not ASCII: its bytes, 0 when it is none, -1 when it is
// cut off.
int sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= text.size()) return -1;
    if ((byte(i) & 0xc0U) != 0x80) return 0;
    // Longer than needed, a surrogate, or behind the last character.
    if (i == 1 && ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) ||
                   (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f)))
      return 0;
  }
  return static_cast<int>(length);
}

std::size_t ascii_prefix(std::string_view bytes) {
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes.data() + at, 8);
    if ((eight & 0x8080808080808080U) != 0) break;
  }
  while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80) ++at;
  return at;
}

struct Count {
  std::uint64_t good = 0;
  std::uint64_t bad = 0;

  // How many bytes at the end belong to a character that goes on.
  std::size_t take(std::string_view bytes, bool last) {
    for (;;) {
      bytes.remove_prefix(ascii_prefix(bytes));
      if (bytes.empty()) return 0;
      const int length = sequence(bytes);
      if (length < 0 && !last) return bytes.size();
      length > 0 ? ++good : ++bad;
      bytes.remove_prefix(static_cast<std::size_t>(std::max(length, 1)));
    }
  }
};

Error no_text(const char* code, const std::string& problem) {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = code,
               .message = "Reading a document as text: " + problem +
                          ". Ask for it as UTF-8, or save it as CSV in UTF-8."};
}

std::optional<Error> problem_of_head(std::string_view head) {
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff"))
    return no_text("text.utf16", "it is UTF-16");
  const auto zeros = std::count(head.begin(), head.end(), '\0');
  if (static_cast<std::size_t>(zeros) * 16 > head.size())
    return no_text("text.binary", "it is full of NUL bytes");
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8:
      return "utf-8";
    case Encoding::utf8_with_mark:
      return "utf-8 with mark";
    case Encoding::windows_1252:
      break;
  }
  return "windows-1252";
}

bool is_ascii(std::string_view bytes) {
  return ascii_prefix(bytes) == bytes.size();
}

Result<TextFacts> examine(const Opener& open, std::optional<Encoding> said) {
  auto stream = open();
  if (!stream) return stream.error();
  TextFacts facts;
  Count count;
  bool mark = false;
  std::vector<char> buffer(kChunk);
  std::size_t carried = 0;
  for (;;) {
    auto got = read_full(**stream, std::span(buffer).subspan(carried));
    if (!got) return got.error();
    const std::string_view bytes(buffer.data(), carried + *got);
    if (facts.bytes == 0) {
      if (auto problem = problem_of_head(bytes)) return *std::move(problem);
      mark = bytes.starts_with(kMark);
    }
    facts.bytes += *got;
    facts.line_feeds = facts.line_feeds || bytes.find('\n') != std::string_view::npos;
    const std::size_t rest = count.take(bytes, *got == 0);
    if (*got == 0) break;
    std::memmove(buffer.data(), buffer.data() + bytes.size() - rest, rest);
    carried = rest;
  }
  // The mark itself is one good character.
  if (mark)
    facts.encoding = Encoding::utf8_with_mark;
  else if (said)
    facts.encoding = *said;
  else
    facts.encoding =
        count.bad == 0 || count.good > count.bad ? Encoding::utf8 : Encoding::windows_1252;
  return facts;
}

bool decode(Encoding encoding, std::string_view bytes, std::string& text) {
  const std::size_t plain = ascii_prefix(bytes);
  text.append(bytes.substr(0, plain));
  bytes.remove_prefix(plain);
  if (bytes.empty()) return true;
  if (encoding != Encoding::windows_1252) {
    if (domain::is_utf8(bytes)) {
      text.append(bytes);
      return true;
    }
    text.append(domain::as_utf8(bytes));
    return false;
  }
  bool whole = true;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const unsigned point = byte >= 0x80 && byte < 0xa0 ? kWindows[byte - 0x80] : byte;
    if (point == 0 && byte != 0) {
      text.append(kReplacement);
      whole = false;
    } else if (point < 0x80) {
      text += c;
    } else if (point < 0x800) {
      text += static_cast<char>(0xc0 | point >> 6);
      text += static_cast<char>(0x80 | (point & 0x3f));
    } else {
      text += static_cast<char>(0xe0 | point >> 12);
      text += static_cast<char>(0x80 | (point >> 6 & 0x3f));
      text += static_cast<char>(0x80 | (point & 0x3f));
    }
  }
  return whole;
}

}  // namespace semafoor::documents
