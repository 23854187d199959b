// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/document.h"

#include <utility>

namespace semafoor::documents {
namespace {

Error not_rows(Kind kind) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "document.not_rows",
               .message = "Reading a document: it is of the kind " + std::string(name_of(kind)) +
                          ", which is kept and shown as it came and has no rows. If it is a list, "
                          "ask for it as CSV or text."};
}

Error empty() {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "document.empty",
               .message = "Reading a document: it has no bytes. Fetch it again."};
}

Error nested() {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "zip.nested",
               .message =
                   "Reading a member of a ZIP file: it is an archive itself, which is not "
                   "opened. Ask for its content without the second wrapping."};
}

// The beginning of a part; what follows is read again from its start.
Result<std::string> head_of(const Opener& open) {
  auto stream = open();
  if (!stream) return stream.error();
  std::string head(kHeadOfKind, '\0');
  auto got = read_full(**stream, head);
  if (!got) return got.error();
  head.resize(*got);
  return head;
}

class Reading {
 public:
  Reading(const Choice& choice, Sink& sink) : choice_(choice), sink_(sink) {}
  Counts counts;

  void document(const Source& source, const std::string& name) {
    const auto open = opener_of(source);
    auto head = head_of(open);
    if (!head) return refuse(name, Kind::text, head.error());
    const Kind kind = kind_of(*head, name);
    if (kind == Kind::zip) return archive(source, name);
    part(open, name, kind);
  }

 private:
  void archive(const Source& source, const std::string& name) {
    auto archive = ZipArchive::open(source, choice_.zip);
    if (!archive) return refuse(name, Kind::zip, archive.error());
    for (const ZipMember& member : archive->members()) {
      if (member.folder) continue;
      const std::string whole = name + "/" + member.name;
      const Opener open = [&] { return archive->read(member); };
      auto head = head_of(open);
      if (!head) {
        refuse(whole, Kind::text, head.error());
      } else {
        const Kind kind = kind_of(*head, member.name);
        if (kind == Kind::zip || kind == Kind::packed)
          refuse(whole, kind, nested());
        else
          part(open, whole, kind);
      }
      if (counts.stopped) return;
    }
  }

  void part(const Opener& open, const std::string& name, Kind kind) {
    if (kind == Kind::empty) return refuse(name, kind, empty());
    if (!has_rows(kind)) {
      ++counts.parts;
      ++counts.not_rows;
      counts.stopped = !sink_.refused(name, kind, not_rows(kind));
      return;
    }
    auto facts = examine(open, choice_.layout != nullptr ? choice_.layout->encoding : std::nullopt);
    if (!facts) return refuse(name, kind, facts.error());
    const Layout* layout = choice_.layout;
    if (layout == nullptr) {
      const Asked asked{.family = choice_.family, .file_name = name, .kind = kind};
      auto found = recognise(open, *facts, asked, *choice_.layouts, *choice_.lists);
      if (!found) return refuse(name, kind, found.error());
      layout = *found;
      if (layout->encoding && facts->encoding != Encoding::utf8_with_mark)
        facts->encoding = *layout->encoding;
    }
    rows(open, *facts, *layout, name, kind);
  }

  void rows(const Opener& open, const TextFacts& facts, const Layout& layout,
            const std::string& name, Kind kind) {
    auto reader = RowReader::open(open, facts, layout, *choice_.lists);
    if (!reader) return refuse(name, kind, reader.error());
    std::optional<StatementReader> statements;
    if (StatementReader::is_statement(layout)) {
      auto over = StatementReader::over(layout);
      if (!over) return refuse(name, kind, over.error());
      statements = std::move(*over);
    }
    Part part{.name = name, .kind = kind, .encoding = facts.encoding, .layout = &layout};
    if (reader->shape()) {
      part.separator = reader->shape()->separator;
      part.header_line = reader->shape()->header_line;
      part.shape = &*reader->shape();
    }
    ++counts.parts;
    counts.stopped = !sink_.begins(part);
    Row row;
    BadRow bad;
    StatementLine line;
    while (!counts.stopped) {
      auto step = reader->next(row, bad);
      if (!step) {
        --counts.parts;
        return refuse(name, kind, step.error());
      }
      if (*step == RowReader::Step::end) break;
      if (*step == RowReader::Step::row && statements) {
        if (auto problem = statements->read(row, line)) {
          bad = {.line = row.line, .text = std::string(reader->text())};
          bad.problems.push_back(*std::move(problem));
          step = RowReader::Step::bad;
        }
      }
      if (*step == RowReader::Step::row) {
        ++counts.rows;
        counts.stopped = !sink_.row(row, statements ? &line : nullptr);
      } else {
        ++counts.bad;
        counts.stopped = !sink_.bad(bad);
      }
    }
    if (!counts.stopped) counts.stopped = !sink_.ends();
  }

  void refuse(const std::string& name, Kind kind, const Error& error) {
    ++counts.parts;
    ++counts.refused;
    counts.stopped = !sink_.refused(name, kind, error);
  }

  const Choice& choice_;
  Sink& sink_;
};

}  // namespace

Counts read_document(const Source& source, const std::string& name, const Choice& choice,
                     Sink& sink) {
  Reading reading(choice, sink);
  reading.document(source, name);
  return reading.counts;
}

}  // namespace semafoor::documents
