// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/posix/blobs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <vector>

#include "gateway/store/files.h"
#include "gateway/store/piece_sums.h"
#include "gateway/store/posix/descriptor.h"
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
      folders.push_back(root / to_hex({&byte, 1}));
    }
    for (const auto& folder : folders)
      if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return file_error("make the folder", folder, errno);
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

class FileBlobWriter : public BlobWriter {
 public:
  FileBlobWriter(fs::path root, fs::path temporary, Descriptor file, Shelves& shelves)
      : root_(std::move(root)),
        temporary_(std::move(temporary)),
        file_(std::move(file)),
        shelves_(shelves) {}
  ~FileBlobWriter() override {
    if (!committed_) ::unlink(temporary_.c_str());
  }
  FileBlobWriter(const FileBlobWriter&) = delete;
  FileBlobWriter& operator=(const FileBlobWriter&) = delete;

  Result<void> append(std::span<const std::byte> bytes) override {
    if (const int error = file_.write_all(bytes.data(), bytes.size()); error != 0)
      return file_error("write an attachment", temporary_, error);
    digest_.add(bytes);
    sums_.add(bytes);
    size_ += static_cast<std::int64_t>(bytes.size());
    return {};
  }

  BlobRef current() const override { return {digest_.hex(), size_}; }

  Result<BlobRef> commit() override {
    const BlobRef ref = current();
    const fs::path folder = root_ / ref.sha256.substr(0, 2);
    const fs::path target = folder / ref.sha256;
    const std::string tail = sums_.tail();
    if (const int error = file_.write_all(tail.data(), tail.size()); error != 0)
      return file_error("write an attachment", temporary_, error);
    if (::fdatasync(file_.get()) != 0) return file_error("flush an attachment", temporary_, errno);
    {
      // Also over the same bytes that are here already: those may be damaged by now. Never while a
      // sweep decides on the old file.
      const std::lock_guard lock(shelves_.reuse());
      if (::rename(temporary_.c_str(), target.c_str()) != 0)
        return file_error("put an attachment in its place", target, errno);
    }
    committed_ = true;
    if (auto flushed = flush_folder(folder); !flushed) return std::move(flushed).error();
    return ref;
  }

 private:
  const fs::path root_;
  const fs::path temporary_;
  const Descriptor file_;
  Shelves& shelves_;
  Sha256 digest_;
  PieceSummer sums_;
  std::int64_t size_ = 0;
  bool committed_ = false;
};

// Fills `buffer` from `offset` on; 0, or the errno that stopped it. A file that ends before is EIO.
int read_all(const Descriptor& file, std::int64_t offset, void* buffer, std::size_t size) {
  auto* out = static_cast<char*>(buffer);
  while (size > 0) {
    const ssize_t count = ::pread(file.get(), out, size, offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return EIO;
    out += count;
    offset += count;
    size -= static_cast<std::size_t>(count);
  }
  return 0;
}

class FileBlobReader : public BlobReader {
 public:
  FileBlobReader(fs::path path, Descriptor file, std::int64_t size, PieceSums sums)
      : path_(std::move(path)), file_(std::move(file)), size_(size), sums_(std::move(sums)) {}
  std::int64_t size() const override { return size_; }
  Result<std::size_t> read_piece(std::int64_t number, std::span<std::byte> buffer) override {
    const std::int64_t offset = number * static_cast<std::int64_t>(kPieceBytes);
    if (number < 0 || offset >= size_) return std::size_t{0};
    const auto size = static_cast<std::size_t>(std::min<std::int64_t>(kPieceBytes, size_ - offset));
    if (const int error = read_all(file_, offset, buffer.data(), size); error != 0)
      return file_error("read an attachment", path_, error);
    if (!sums_.right(static_cast<std::size_t>(number), buffer.first(size))) return damaged_blob();
    return size;
  }

 private:
  const fs::path path_;
  const Descriptor file_;
  const std::int64_t size_;
  const PieceSums sums_;
};

// Neither organisation nor digest may ever form another path.
bool is_plain(const std::string& part) {
  return !part.empty() && part.find_first_not_of("0123456789abcdef") == std::string::npos;
}

class FileBlobs : public Blobs {
 public:
  explicit FileBlobs(fs::path folder) : folder_(std::move(folder)) {}

  Result<std::unique_ptr<BlobWriter>> create(const std::string& org) override {
    if (!is_plain(org)) return missing(org);
    const fs::path root = folder_ / org;
    if (auto made = shelves_->prepare(root); !made) return std::move(made).error();
    const fs::path incoming = root / kIncoming;
    const fs::path temporary =
        incoming / (std::to_string(::getpid()) + "-" + std::to_string(++counter_));
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.get() < 0) return file_error("create a file for an attachment", temporary, errno);
    return std::unique_ptr<BlobWriter>(
        std::make_unique<FileBlobWriter>(root, temporary, std::move(file), *shelves_));
  }

  Result<std::unique_ptr<BlobReader>> open(const std::string& org,
                                           const std::string& sha256) override {
    if (!is_plain(org) || !is_plain(sha256) || sha256.size() != 64) return missing(sha256);
    const fs::path path = folder_ / org / sha256.substr(0, 2) / sha256;
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0 && errno == ENOENT) return missing(sha256);
    if (file.get() < 0) return file_error("open an attachment", path, errno);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return file_error("open an attachment", path, errno);
    std::string tail(PieceSums::kFooterBytes, '\0');
    if (status.st_size < static_cast<std::int64_t>(tail.size())) return damaged_blob();
    if (const int error = read_all(file, status.st_size - static_cast<std::int64_t>(tail.size()),
                                   tail.data(), tail.size());
        error != 0)
      return file_error("read an attachment", path, error);
    const auto size = PieceSums::content_bytes(tail, status.st_size);
    if (!size) return damaged_blob();
    tail.resize(static_cast<std::size_t>(status.st_size - *size));
    if (const int error = read_all(file, *size, tail.data(), tail.size()); error != 0)
      return file_error("read an attachment", path, error);
    auto sums = PieceSums::read(tail, *size);
    if (!sums) return damaged_blob();
    return std::unique_ptr<BlobReader>(
        std::make_unique<FileBlobReader>(path, std::move(file), *size, std::move(*sums)));
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
      const std::string org = parent.parent_path().filename();
      if (!temporary && referenced(org, entry->path().filename())) continue;
      const std::lock_guard lock(shelves_->reuse());
      std::error_code gone;
      // Looked at once more: it may have been taken into use since, or a backup may have begun.
      if (!shelves_->held() && is_old(*entry) && fs::remove(entry->path(), gone)) ++removed;
    }
    if (problem && problem != std::errc::no_such_file_or_directory)
      return file_error("sweep the blob folder", folder_, problem.value());
    return removed;
  }

  std::shared_ptr<void> hold() override { return Shelves::hold(shelves_); }

 private:
  static bool is_old(const fs::directory_entry& entry) {
    struct stat status {};
    return ::lstat(entry.path().c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           std::chrono::system_clock::from_time_t(status.st_mtime) <
               std::chrono::system_clock::now() - kOrphanAge;
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

std::unique_ptr<Blobs> make_file_blobs(std::filesystem::path folder) {
  return std::make_unique<FileBlobs>(std::move(folder));
}

}  // namespace semafoor::store
