// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/file_blobs.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <system_error>
#include <vector>

#include "gateway/domain/hex.h"
#include "gateway/store/files.h"
#include "gateway/store/open_file.h"
#include "gateway/store/piece_sums.h"
#include "gateway/store/sha256.h"

namespace semafoor::store {
namespace {

namespace fs = std::filesystem;

constexpr auto kOrphanAge = std::chrono::hours(24);
constexpr char kIncoming[] = "incoming";

// What the writers and the sweep of one store share.
class Shelves {
 public:
  // Makes the folders of an organisation, all at once and once: one flush instead of one per blob.
  Result<void> prepare(const fs::path& root) {
    const std::lock_guard lock(mutex_);
    if (known_.contains(root.string())) return {};
    if (auto made = make_folder(root); !made) return made;
    std::vector<fs::path> folders{root / kIncoming};
    for (unsigned int i = 0; i < 256; ++i) {
      const auto byte = static_cast<char>(i);
      folders.push_back(root / domain::to_hex({&byte, 1}));
    }
    for (const auto& folder : folders)
      if (auto made = make_one_folder(folder); !made) return made;
    if (auto flushed = flush_folder(root); !flushed) return flushed;
    known_.insert(root.string());
    return {};
  }

  // Held while a blob is put over one that may be old, and while one is thrown away.
  std::mutex& reuse() { return reuse_; }

  // From its return until the answer goes, held() is true. Under reuse(), so that it waits for a
  // removal that is being decided.
  static std::shared_ptr<void> hold(const std::shared_ptr<Shelves>& shelves) {
    const std::lock_guard lock(shelves->reuse_);
    ++shelves->holders_;
    return {shelves.get(), [shelves](void*) {
              const std::lock_guard releasing(shelves->reuse_);
              --shelves->holders_;
            }};
  }
  // With reuse() locked.
  bool held() const { return holders_ > 0; }

 private:
  std::mutex mutex_;
  std::mutex reuse_;
  int holders_ = 0;
  std::set<std::string> known_;
};

class FileBlobWriter : public RawBlobWriter {
 public:
  FileBlobWriter(fs::path root, fs::path temporary, OpenFile file, Shelves& shelves)
      : root_(std::move(root)),
        temporary_(std::move(temporary)),
        file_(std::move(file)),
        shelves_(shelves) {}
  ~FileBlobWriter() override {
    std::error_code ignored;
    if (!committed_) fs::remove(temporary_, ignored);
  }
  FileBlobWriter(const FileBlobWriter&) = delete;
  FileBlobWriter& operator=(const FileBlobWriter&) = delete;

  Result<void> append(std::span<const std::byte> bytes) override {
    if (const int error = file_.write_all(bytes.data(), bytes.size()); error != 0)
      return file_error("write an attachment", temporary_, error);
    sums_.add(bytes);
    return {};
  }

  Result<void> commit(const std::string& name) override {
    const fs::path folder = root_ / name.substr(0, 2);
    const fs::path target = folder / name;
    const std::string tail = sums_.tail();
    if (const int error = file_.write_all(tail.data(), tail.size()); error != 0)
      return file_error("write an attachment", temporary_, error);
    if (const int error = file_.flush(); error != 0)
      return file_error("flush an attachment", temporary_, error);
    {
      // Also over the same bytes that are here already: those may be damaged by now. Never while a
      // sweep decides on the old file.
      const std::lock_guard lock(shelves_.reuse());
      if (auto put = rename_file("put an attachment in its place", temporary_, target); !put)
        return std::move(put).error();
    }
    committed_ = true;
    return flush_folder(folder);
  }

 private:
  const fs::path root_;
  const fs::path temporary_;
  const OpenFile file_;
  Shelves& shelves_;
  PieceSummer sums_;
  bool committed_ = false;
};

class FileBlobReader : public BlobReader {
 public:
  FileBlobReader(fs::path path, OpenFile file, std::int64_t size, PieceSums sums)
      : path_(std::move(path)), file_(std::move(file)), size_(size), sums_(std::move(sums)) {}
  std::int64_t size() const override { return size_; }
  Result<std::size_t> read_piece(std::int64_t number, std::span<std::byte> buffer) override {
    const std::int64_t offset = number * static_cast<std::int64_t>(kPieceBytes);
    if (number < 0 || offset >= size_) return std::size_t{0};
    const auto size = static_cast<std::size_t>(std::min<std::int64_t>(kPieceBytes, size_ - offset));
    if (const int error = file_.read_all(offset, buffer.data(), size); error != 0)
      return file_error("read an attachment", path_, error);
    if (!sums_.right(static_cast<std::size_t>(number), buffer.first(size))) return damaged_blob();
    return size;
  }

 private:
  const fs::path path_;
  const OpenFile file_;
  const std::int64_t size_;
  const PieceSums sums_;
};

// Neither organisation nor name may ever form another path.
bool is_plain(const std::string& part) {
  return !part.empty() && part.find_first_not_of("0123456789abcdef") == std::string::npos;
}

class FileBlobs : public RawBlobs {
 public:
  explicit FileBlobs(fs::path folder) : folder_(std::move(folder)) {}

  Result<std::unique_ptr<RawBlobWriter>> create(const std::string& org) override {
    if (!is_plain(org)) return missing(org);
    const fs::path root = folder_ / org;
    if (auto made = shelves_->prepare(root); !made) return std::move(made).error();
    const fs::path incoming = root / kIncoming;
    const fs::path temporary = incoming / (name_ + std::to_string(++counter_));
    auto file = OpenFile::create("create a file for an attachment", temporary);
    if (!file) return std::move(file).error();
    return std::unique_ptr<RawBlobWriter>(
        std::make_unique<FileBlobWriter>(root, temporary, std::move(*file), *shelves_));
  }

  Result<std::unique_ptr<BlobReader>> open(const std::string& org,
                                           const std::string& name) override {
    if (!is_plain(org) || !is_plain(name) || name.size() != 64) return missing(name);
    const fs::path path = folder_ / org / name.substr(0, 2) / name;
    int error = 0;
    OpenFile file = OpenFile::read(path, error);
    if (OpenFile::is_absent(error)) return missing(name);
    std::int64_t length = 0;
    if (error == 0) error = file.size(length);
    if (error != 0) return file_error("open an attachment", path, error);
    std::string tail(PieceSums::kFooterBytes, '\0');
    if (length < static_cast<std::int64_t>(tail.size())) return damaged_blob();
    error =
        file.read_all(length - static_cast<std::int64_t>(tail.size()), tail.data(), tail.size());
    if (error != 0) return file_error("read an attachment", path, error);
    const auto size = PieceSums::content_bytes(tail, length);
    if (!size) return damaged_blob();
    tail.resize(static_cast<std::size_t>(length - *size));
    error = file.read_all(*size, tail.data(), tail.size());
    if (error != 0) return file_error("read an attachment", path, error);
    auto sums = PieceSums::read(tail, *size);
    if (!sums) return damaged_blob();
    return std::unique_ptr<BlobReader>(
        std::make_unique<FileBlobReader>(path, std::move(file), *size, std::move(*sums)));
  }

  Result<void> remove(const std::string& org, const std::string& name) override {
    if (!is_plain(org) || !is_plain(name)) return {};
    const fs::path folder = folder_ / org / name.substr(0, 2);
    std::error_code problem;
    if (!fs::remove(folder / name, problem) && !problem) return {};
    if (problem) return file_error("remove an attachment", folder / name, problem);
    return flush_folder(folder);
  }

  Result<int> sweep(
      const std::function<bool(const std::string&, const std::string&)>& referenced) override {
    int removed = 0;
    std::error_code problem;
    fs::recursive_directory_iterator entry(folder_, problem);
    for (; !problem && entry != fs::recursive_directory_iterator(); entry.increment(problem)) {
      if (!is_old(*entry)) continue;
      const fs::path parent = entry->path().parent_path();
      const bool temporary = parent.filename() == kIncoming;
      const std::string org = parent.parent_path().filename().string();
      if (!temporary && referenced(org, entry->path().filename().string())) continue;
      const std::lock_guard lock(shelves_->reuse());
      std::error_code gone;
      // Looked at once more: it may have been taken into use since, or a backup may have begun.
      if (!shelves_->held() && is_old(*entry) && fs::remove(entry->path(), gone)) ++removed;
    }
    if (problem && problem != std::errc::no_such_file_or_directory)
      return file_error("sweep the blob folder", folder_, problem);
    return removed;
  }

  std::shared_ptr<void> hold() override { return Shelves::hold(shelves_); }

 private:
  static bool is_old(const fs::directory_entry& entry) {
    std::error_code gone;
    const bool regular = fs::is_regular_file(entry.symlink_status(gone));
    const auto written = fs::last_write_time(entry.path(), gone);
    return regular && !gone && written < fs::file_time_type::clock::now() - kOrphanAge;
  }

  static Error missing(const std::string& what) {
    return {.kind = ErrorKind::data_loss,
            .code = "blob.missing",
            .message = "Looked for the stored bytes " + what.substr(0, 12) +
                       "...: they are not in the blob folder. Restore the folder from the backup, "
                       "or synchronise again."};
  }

  const fs::path folder_;
  // Shared with who holds the blobs and may outlive the store.
  const std::shared_ptr<Shelves> shelves_ = std::make_shared<Shelves>();
  // Of this process: another one may have left files behind.
  const std::string name_ = process_mark() + "-";
  std::atomic<std::uint64_t> counter_{0};
};

}  // namespace

Error damaged_blob() {
  return {.kind = ErrorKind::data_loss,
          .code = "attachment.damaged",
          .message =
              "The attachment was read from disk; its bytes are not those that were stored. Throw "
              "away what was received; the administrator must check the disk and fetch the "
              "attachment again."};
}

std::unique_ptr<RawBlobs> make_file_blobs(std::filesystem::path folder) {
  return std::make_unique<FileBlobs>(std::move(folder));
}

}  // namespace semafoor::store
