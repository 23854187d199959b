// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/content/documents.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "tests/sandbox/content/random.h"

namespace semafoor::sandbox::content {
namespace {

std::uint64_t filling_for(std::uint64_t at_least, std::uint64_t without) {
  return at_least > without ? at_least - without : 0;
}

FilePtr file(std::string head, std::uint64_t filling, std::uint64_t key, std::string tail) {
  return std::make_shared<const File>(std::move(head), filling, key, std::move(tail));
}

// Two-byte UTF-8 of U+0080..U+00FF to one byte; anything else above ASCII becomes '?'.
std::string to_latin1(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      result += text[i];
    } else if ((byte == 0xc2 || byte == 0xc3) && i + 1 < text.size()) {
      result +=
          static_cast<char>((byte & 0x03) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3f));
    } else {
      result += '?';
      while (i + 1 < text.size() && (static_cast<unsigned char>(text[i + 1]) & 0xc0) == 0x80) ++i;
    }
  }
  return result;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(";\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

}  // namespace

std::string xml_text(const std::string& text) {
  std::string result;
  for (char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

FilePtr make_pdf(const Lines& lines, std::uint64_t at_least, std::uint64_t key) {
  std::string page = "BT /F1 12 Tf 14 TL 56 780 Td\n";
  for (const auto& line : lines) {
    page += "(";
    for (char c : to_latin1(line)) {
      if (c == '(' || c == ')' || c == '\\') page += '\\';
      page += c;
    }
    page += ") Tj T*\n";
  }
  page += "ET\n";

  std::vector<std::uint64_t> offsets;
  std::string head = "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n";
  auto object = [&](const std::string& body) {
    offsets.push_back(head.size());
    head += std::to_string(offsets.size()) + " 0 obj\n" + body + "\nendobj\n";
  };
  object("<< /Type /Catalog /Pages 2 0 R >>");
  object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  object(
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
      "/Resources << /Font << /F1 5 0 R >> >> >>");
  object("<< /Length " + std::to_string(page.size()) + " >>\nstream\n" + page + "endstream");
  object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");

  // Object 6 holds the filling; nothing refers to it. 200 is less than the rest of the file needs.
  auto filling = filling_for(at_least, head.size() + 200);
  offsets.push_back(head.size());
  head += "6 0 obj\n<< /Length " + std::to_string(filling) + " >>\nstream\n";
  std::string tail = "\nendstream\nendobj\n";
  auto xref = head.size() + filling + tail.size();
  tail += "xref\n0 7\n0000000000 65535 f \n";
  for (auto offset : offsets) {
    char entry[32];
    std::snprintf(entry, sizeof entry, "%010llu 00000 n \n",
                  static_cast<unsigned long long>(offset));
    tail += entry;
  }
  tail += "trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n" + std::to_string(xref) + "\n%%EOF\n";
  return file(std::move(head), filling, key, std::move(tail));
}

FilePtr make_doc(const Lines& lines, std::uint64_t at_least, std::uint64_t key) {
  std::string head = "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss Arial;}}\\fs22\n";
  for (const auto& line : lines) {
    for (char c : to_latin1(line)) {
      auto byte = static_cast<unsigned char>(c);
      if (c == '\\' || c == '{' || c == '}') {
        head += '\\';
        head += c;
      } else if (byte >= 0x80) {
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\'%02x", byte);
        head += escape;
      } else {
        head += c;
      }
    }
    head += "\\par\n";
  }
  // A destination no reader knows: RTF says to skip it.
  head += "{\\*\\xsemafoorfilling ";
  auto filling = filling_for(at_least, head.size() + 3);
  return file(std::move(head), filling, key, "}}\n");
}

FilePtr make_xml(const std::string& root,
                 const std::vector<std::pair<std::string, std::string>>& fields,
                 std::uint64_t at_least, std::uint64_t key) {
  std::string head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + root +
                     " xmlns=\"urn:x-semafoor:sandbox:document\">\n";
  for (const auto& [name, value] : fields) {
    head += "  <" + name + ">" + xml_text(value) + "</" + name + ">\n";
  }
  head += "  <!-- ";
  std::string tail = " -->\n</" + root + ">\n";
  auto filling = filling_for(at_least, head.size() + tail.size());
  return file(std::move(head), filling, key, std::move(tail));
}

FilePtr make_csv(const std::vector<std::string>& columns, const Rows& rows, std::uint64_t at_least,
                 std::uint64_t key) {
  std::string head;
  for (const auto& column : columns) head += csv_field(column) + ";";
  head += "remark\r\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto& value : rows[i]) head += csv_field(value) + ";";
    // The filling is the remark of the last row.
    head += i + 1 < rows.size() ? "\r\n" : "\"";
  }
  if (rows.empty()) return file(std::move(head), 0, key, "");
  auto filling = filling_for(at_least, head.size() + 3);
  return file(std::move(head), filling, key, "\"\r\n");
}

FilePtr make_zip(const std::vector<std::pair<std::string, std::string>>& entries,
                 std::uint64_t at_least, std::uint64_t key) {
  std::string bytes;
  auto* zip = archive_write_new();
  if (zip == nullptr) throw std::runtime_error("libarchive gives no writer");
  auto check = [&](int outcome) {
    if (outcome == ARCHIVE_OK) return;
    std::string why = archive_error_string(zip) == nullptr ? "?" : archive_error_string(zip);
    archive_write_free(zip);
    throw std::runtime_error("zip could not be written: " + why);
  };
  check(archive_write_set_format_zip(zip));
  check(archive_write_set_bytes_per_block(zip, 0));
  check(archive_write_open(
      zip, &bytes, nullptr,
      [](archive*, void* target, const void* data, std::size_t size) -> la_ssize_t {
        static_cast<std::string*>(target)->append(static_cast<const char*>(data), size);
        return static_cast<la_ssize_t>(size);
      },
      nullptr));
  auto add = [&](const std::string& name, std::string_view data) {
    auto* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(data.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    // 2026-01-01: a fixed time keeps the bytes repeatable.
    archive_entry_set_mtime(entry, 1767225600, 0);
    auto outcome = archive_write_header(zip, entry);
    archive_entry_free(entry);
    check(outcome);
    if (!data.empty() && archive_write_data(zip, data.data(), data.size()) < 0)
      check(ARCHIVE_FATAL);
  };
  check(archive_write_zip_set_compression_deflate(zip));
  for (const auto& [name, data] : entries) add(name, data);
  if (at_least > bytes.size() + 512) {
    std::string filling(at_least - bytes.size() - 512, '\0');
    write_filling(key, 0, filling);
    check(archive_write_zip_set_compression_store(zip));
    add("filling.txt", filling);
  }
  check(archive_write_close(zip));
  archive_write_free(zip);
  return file(std::move(bytes), 0, key, "");
}

FilePtr make_monthly_statement(Statement kind, const Organisation& organisation, Day month,
                               std::uint64_t at_least, std::uint64_t key) {
  Random random(key);
  std::string text;
  auto left = [](std::string value, std::size_t width) {
    value.resize(width, ' ');
    return value;
  };
  auto zeros = [](std::uint64_t value, int width) {
    char digits[24];
    std::snprintf(digits, sizeof digits, "%0*llu", width, static_cast<unsigned long long>(value));
    return std::string(digits);
  };
  const char* wanted = kind == Statement::equivalent_leefloon ? "LAW1965" : "RMI";
  const char law = kind == Statement::leefloon              ? '1'
                   : kind == Statement::equivalent_leefloon ? '2'
                                                            : '6';
  auto row = [&](const Person& person, const Dossier& dossier) {
    auto kind_of_amount = 1 + random.below(10) % 6;
    bool minus = kind_of_amount == 3 || kind_of_amount == 6;
    text += law;
    text += organisation.nis_code;
    text += compact_month(month);
    text += left(dossier.number, 11);
    text += left(kind == Statement::equivalent_leefloon ? "00" : "", 2);
    text += person.ssin;
    text += left("F" + zeros(random.below(100000000), 8), 12);
    text += zeros(kind_of_amount, 1);
    text += compact_day(first_of_month(month));
    text += compact_day(last_of_month(month));
    text += "X" + zeros(1 + random.below(5), 5);
    text += minus ? '-' : '+';
    text += zeros(1460 + random.below(140000), 8);
    text += zeros(1 + random.below(3), 1);
    text += left(to_latin1(person.last_name + " " + person.first_name), 30);
    text += "\r\n";
  };
  bool any = false;
  do {
    for (const auto& person : organisation.persons) {
      for (const auto& dossier : person.dossiers) {
        if (dossier.law != wanted) continue;
        row(person, dossier);
        any = true;
      }
    }
  } while (any && text.size() < at_least && text.size() < (64U << 20));
  return file(std::move(text), 0, key, "");
}

}  // namespace semafoor::sandbox::content
