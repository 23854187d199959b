// SPDX-License-Identifier: Apache-2.0
#include "gateway/intake/folder_look.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>
#include <utility>

#include "gateway/domain/masking.h"
#include "gateway/domain/text.h"
#include "gateway/domain/uuid.h"
#include "gateway/duties/duty_log.h"
#include "gateway/intake/boxes.h"
#include "gateway/intake/side_car.h"
#include "gateway/os/utf8_path.h"
#include "gateway/store/files.h"

namespace semafoor::intake {
namespace {

namespace fs = std::filesystem;

// Between the e-Box and the id in the name of a working folder.
constexpr char kMark = '~';

bool ends_with_any(const std::string& name, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings, [&](auto ending) { return name.ends_with(ending); });
}

// What browsers and copying programs call a file that is not complete.
bool is_temporary(const std::string& name) {
  return name.starts_with('.') || name.starts_with('~') ||
         ends_with_any(name, {".part", ".partial", ".crdownload", ".download", ".tmp", "~"});
}

bool is_side_car(const fs::path& file) {
  return file.extension() == kSideCarEnding;
}

fs::path side_car_of(const fs::path& file) {
  return os::with_suffix(file, kSideCarEnding);
}

// In the order of their names, so that one look goes on where another stopped.
Result<std::vector<fs::path>> entries(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code problem;
  fs::directory_iterator at(folder, problem);
  while (!problem && at != fs::directory_iterator()) {
    found.push_back(at->path());
    at.increment(problem);
  }
  if (problem) return store::file_error("list the watched folder", folder, problem);
  std::ranges::sort(found);
  return found;
}

// The store's own state, or this look's end: nothing the file could do about it.
bool is_ours(const Error& error) {
  return error.code.starts_with("store.") || error.code.starts_with("blob.");
}

Error changed_while_read() {
  return {.kind = ErrorKind::aborted,
          .code = "intake.changed",
          .message = "Taking in a file: it changed while it was read. It is looked at again.",
          .retryable = true};
}

}  // namespace

struct FolderLook::Candidate {
  v1::EboxType box = v1::EBOX_TYPE_UNSPECIFIED;
  fs::path file;
  FileFacts facts;
};

FolderLook::FolderLook(store::Org org, DropFolders folders, Filing& filing, LookOptions options,
                       Told told)
    : org_(std::move(org)),
      folders_(std::move(folders)),
      filing_(filing),
      options_(options),
      told_(std::move(told)) {}

Result<void> FolderLook::look(std::int64_t now, const std::stop_token& stop) {
  left_.clear();
  taken_ = 0;
  if (auto made = folders_.make(); !made) return made;
  if (auto admitted = filing_.admit(); !admitted) return admitted;
  if (auto gone_on = go_on(stop); !gone_on) return gone_on;
  for (const auto& [box, name] : kBoxes)
    if (auto looked = look_into(box, now, stop); !looked) return looked;
  if (left_.empty()) return {};
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "intake.left",
               .message = "Looking into the watched folders: " + std::to_string(left_.size()) +
                          " file(s) were left where they are (" + left_.front() +
                          "). Mend the cause, or take them away."};
}

// What another life of ours began.
Result<void> FolderLook::go_on(const std::stop_token& stop) {
  auto found = entries(folders_.work());
  if (!found) return found.error();
  for (const auto& place : *found) {
    if (stop.stop_requested()) return duties::stopped_error("Looking into the watched folders");
    if (auto done = work_off(place); !done) return done;
  }
  return {};
}

Result<void> FolderLook::look_into(v1::EboxType box, std::int64_t now,
                                   const std::stop_token& stop) {
  auto found = entries(folders_.of(box));
  if (!found) return found.error();
  std::vector<Candidate> ready_ones;
  for (const auto& file : *found) {
    if (is_side_car(file)) continue;
    const auto name = name_of(file);
    if (name && is_temporary(*name)) continue;
    Candidate one{box, file, look_at(file)};
    if (ready(one, now)) ready_ones.push_back(std::move(one));
  }
  settling_[box].end_look();
  for (const auto& one : ready_ones) {
    if (stop.stop_requested()) return duties::stopped_error("Looking into the watched folders");
    if (taken_ >= options_.most_files) return {};
    ++taken_;
    if (auto taken = take(one); !taken) return taken;
  }
  return {};
}

// Complete, as far as can be seen, with what lies beside it. What never will be is left, and said.
bool FolderLook::ready(const Candidate& one, std::int64_t now) {
  auto& settling = settling_[one.box];
  switch (one.facts.kind) {
    case FileKind::absent:
      return false;
    case FileKind::folder:
      left(one.box, one.file, "it is a folder; put the files themselves here");
      return false;
    case FileKind::link:
      left(one.box, one.file, "it is a link, and links are not followed; put a copy here");
      return false;
    case FileKind::other:
      left(one.box, one.file, "it is no file (" + one.facts.unreadable + ")");
      return false;
    case FileKind::regular:
      break;
  }
  const auto age = settling.seen(one.file, one.facts, now);
  if (!one.facts.unreadable.empty()) {
    if (!one.facts.in_use || age >= options_.patience_ms)
      left(one.box, one.file, "it cannot be read: " + one.facts.unreadable);
    return false;
  }
  const auto beside = side_car_of(one.file);
  if (const auto facts = look_at(beside); facts.kind != FileKind::absent) {
    if (facts.kind != FileKind::regular || (!facts.unreadable.empty() && !facts.in_use)) {
      left(one.box, beside, "it is a link, or cannot be read; its file waits for it");
      return false;
    }
    // One that is in use has not settled, however long it looks the same.
    if (settling.seen(beside, facts, now) < options_.settle_ms || facts.in_use) return false;
  }
  return age >= (one.facts.size == 0 ? options_.patience_ms : options_.settle_ms) && age > 0;
}

// The side-car goes first: a file in the working folder has all that belongs to it.
Result<void> FolderLook::take(const Candidate& one) {
  const auto place =
      folders_.work() / os::path_of(std::string(box_name(one.box)) + kMark + domain::uuid_v4());
  if (auto made = store::make_folder(place); !made) return made;
  const auto beside = side_car_of(one.file);
  if (look_at(beside).kind == FileKind::regular) {
    if (auto moved =
            store::rename_file("take in what describes a file", beside, place / beside.filename());
        !moved) {
      left(one.box, beside, moved.error().message);
      return work_off(place);
    }
  }
  if (auto moved = store::rename_file("take in a file", one.file, place / one.file.filename());
      !moved)
    left(one.box, one.file, moved.error().message);
  // Before it is read: a file whose message is stored is in no other folder.
  if (auto flushed = store::flush_folder(place); !flushed) return flushed;
  return work_off(place);
}

Result<void> FolderLook::work_off(const fs::path& place) {
  const auto name = name_of(place).value_or("");
  const auto box = box_of(name.substr(0, name.find(kMark)));
  auto found = entries(place);
  if (box == v1::EBOX_TYPE_UNSPECIFIED || !found) {
    left(box, place, "it is none of the gateway's working folders");
    return {};
  }
  const auto file = std::ranges::find_if_not(*found, is_side_car);
  const auto beside = std::ranges::find_if(*found, is_side_car);
  const auto side_car = beside == found->end() ? fs::path() : *beside;
  if (file != found->end()) {
    const auto facts = look_at(*file);
    auto filed = store(box, *file, side_car, facts);
    if (filed) {
      std::optional<Error> reason;
      if (filed->duplicate) {
        reason = Error{.code = "intake.duplicate",
                       .message = "These bytes are here already, as message " + filed->message_id +
                                  ": nothing was stored twice."};
      }
      if (auto moved = move_on(*file, side_car, folders_.done(), reason); !moved) return moved;
      told_({org_, box, filed->message_id, filed->duplicate, std::nullopt});
    } else if (is_ours(filed.error())) {
      return filed.error();
    } else if (filed.error().retryable) {
      if (!side_car.empty())
        if (auto back = put_back(box, side_car); !back) return back;
      if (auto back = put_back(box, *file); !back) return back;
    } else if (auto refused = refuse(box, *file, side_car, filed.error()); !refused) {
      return refused;
    }
  } else if (!side_car.empty()) {
    // Something died between the two: the file did not come yet, or it has moved on.
    const auto file_of_it = folders_.of(box) / side_car.stem();
    const bool waits = look_at(file_of_it).kind != FileKind::absent;
    auto moved =
        waits ? put_back(box, side_car) : move_on(side_car, {}, folders_.done(), std::nullopt);
    if (!moved) return moved;
  }
  std::error_code not_empty;
  fs::remove(place, not_empty);
  return {};
}

Result<Filed> FolderLook::store(v1::EboxType box, const fs::path& file, const fs::path& side_car,
                                const FileFacts& facts) {
  if (facts.kind != FileKind::regular)
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "intake.no_file",
                 .message =
                     "Taking in a file: it is a link, a folder or a device. Put a copy of "
                     "the file itself there."};
  if (!facts.unreadable.empty()) return changed_while_read();
  if (auto fine = filing_.check_size(facts.size); !fine) return fine.error();
  Description description;
  if (!side_car.empty()) {
    // Somebody may have put another thing in its place before it was moved.
    const auto beside = look_at(side_car);
    if (beside.kind != FileKind::regular || !beside.unreadable.empty())
      return Error{.kind = ErrorKind::invalid_argument,
                   .code = "intake.side_car",
                   .message =
                       "Taking in a file: what describes it is a link or a device, or cannot "
                       "be read. Put a copy of the file itself there."};
    std::ifstream stream(side_car, std::ios::binary);
    std::string json(kLargestSideCar + 1, '\0');
    stream.read(json.data(), static_cast<std::streamsize>(json.size()));
    json.resize(static_cast<std::size_t>(stream.gcount()));
    if (json.size() > kLargestSideCar)
      return Error{.kind = ErrorKind::invalid_argument,
                   .code = "intake.side_car",
                   .message = "Taking in a file: what describes it is larger than 64 KiB."};
    if (auto read = read_side_car(json, "the .json beside it", description); !read)
      return read.error();
  }
  description.file_name = name_of(file).value_or("");
  // Before the bytes: a name that is refused costs nothing.
  if (auto fine = check(description); !fine) return fine.error();
  auto bytes = filing_.begin(org_);
  if (!bytes) return bytes.error();
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 64 * 1024> piece{};
  while (stream) {
    stream.read(piece.data(), piece.size());
    const auto got = static_cast<std::size_t>(stream.gcount());
    if (got == 0) break;
    if (auto added = (*bytes)->append(std::as_bytes(std::span(piece).first(got))); !added)
      return added.error();
    if ((*bytes)->current().size > facts.size) return changed_while_read();
  }
  if (stream.bad() || (*bytes)->current().size != facts.size || !look_at(file).same_content(facts))
    return changed_while_read();
  v1::Provenance provenance;
  provenance.set_channel(v1::INTAKE_CHANNEL_FOLDER);
  provenance.set_ebox_type(box);
  provenance.set_account(facts.owner);
  provenance.set_place(std::string(box_name(box)));
  return filing_.file(org_, **bytes, std::move(description), provenance, domain::act_of_gateway());
}

Result<void> FolderLook::refuse(v1::EboxType box, const fs::path& file, const fs::path& side_car,
                                const Error& why) {
  if (auto moved = move_on(file, side_car, folders_.refused(), why); !moved) return moved;
  told_({org_, box, {}, false, why});
  return {};
}

// The reason is there before the file, so that no file is there without it.
Result<void> FolderLook::move_on(const fs::path& file, const fs::path& side_car, const fs::path& to,
                                 const std::optional<Error>& reason) {
  auto place = free_place(file, to);
  if (!place) return place.error();
  if (reason) {
    const nlohmann::json document{{"code", reason->code},
                                  {"message", reason->message},
                                  {"fileName", domain::as_utf8(name_of(file).value_or(""))}};
    auto written = store::write_small_file(
        os::with_suffix(*place, ".reason.json"),
        document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    if (!written) return written;
  }
  // The file first: without its description, it would be another one to who finds it here.
  if (auto moved = store::rename_file("move a file that came in", file, *place); !moved)
    return moved;
  if (!side_car.empty()) {
    if (auto moved =
            store::rename_file("move what described a file", side_car, side_car_of(*place));
        !moved)
      return moved;
  }
  return store::flush_folder(to);
}

Result<void> FolderLook::put_back(v1::EboxType box, const fs::path& file) {
  auto place = folders_.of(box) / file.filename();
  if (look_at(place).kind != FileKind::absent) {
    auto other = free_place(file, folders_.of(box));
    if (!other) return other.error();
    place = *other;
  }
  if (auto moved = store::rename_file("put a file back", file, place); !moved) return moved;
  return store::flush_folder(folders_.of(box));
}

void FolderLook::left(v1::EboxType box, const fs::path& file, const std::string& why) {
  left_.push_back(domain::mask_national_numbers(std::string(box_name(box)) + "/" +
                                                name_of(file).value_or("(a name of no letters)") +
                                                ": " + why));
}

}  // namespace semafoor::intake
