// SPDX-License-Identifier: Apache-2.0
#include "tests/powercut/faulty_disk.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <utility>

namespace semafoor::powercut {

// What SQLite gives back to the methods: its base first.
struct FaultyDisk::Handle {
  sqlite3_file base{};
  FaultyDisk* disk = nullptr;
  std::shared_ptr<File> file;
  // The first flush of a new log or journal flushes its folder too, as SQLite's VFS for POSIX does.
  bool flushes_folder = false;
  int level = SQLITE_LOCK_NONE;
  std::array<bool, SQLITE_SHM_NLOCK> shm_shared{};
};

namespace {

using Handle = FaultyDisk::Handle;

Handle& handle_of(sqlite3_file* file) {
  return *reinterpret_cast<Handle*>(file);
}
FaultyDisk& disk_of(sqlite3_vfs* vfs) {
  return *static_cast<FaultyDisk*>(vfs->pAppData);
}

int x_close(sqlite3_file* file) {
  Handle& handle = handle_of(file);
  handle.disk->close(handle);
  std::destroy_at(&handle);
  return SQLITE_OK;
}
int x_read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  return handle_of(file).disk->read(handle_of(file), to, size, offset);
}
int x_write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  return handle_of(file).disk->write(handle_of(file), from, size, offset);
}
int x_truncate(sqlite3_file* file, sqlite3_int64 size) {
  return handle_of(file).disk->truncate(handle_of(file), size);
}
int x_sync(sqlite3_file* file, int) {
  return handle_of(file).disk->flush(handle_of(file));
}
int x_file_size(sqlite3_file* file, sqlite3_int64* size) {
  std::int64_t found = 0;
  const int code = handle_of(file).disk->size(handle_of(file), found);
  *size = found;
  return code;
}
int x_lock(sqlite3_file* file, int level) {
  return handle_of(file).disk->lock(handle_of(file), level);
}
int x_unlock(sqlite3_file* file, int level) {
  return handle_of(file).disk->unlock(handle_of(file), level);
}
int x_check_reserved(sqlite3_file* file, int* result) {
  return handle_of(file).disk->reserved(handle_of(file), result);
}
int x_file_control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
// As SQLite's own VFS for POSIX says by default.
int x_sector_size(sqlite3_file*) {
  return 4096;
}
int x_characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}
int x_shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** address) {
  return handle_of(file).disk->shm_map(handle_of(file), region, size, extend != 0, address);
}
int x_shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return handle_of(file).disk->shm_lock(handle_of(file), offset, count, flags);
}
void x_shm_barrier(sqlite3_file*) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}
int x_shm_unmap(sqlite3_file* file, int remove) {
  return handle_of(file).disk->shm_unmap(handle_of(file), remove != 0);
}

constexpr sqlite3_io_methods kMethods = {2,
                                         x_close,
                                         x_read,
                                         x_write,
                                         x_truncate,
                                         x_sync,
                                         x_file_size,
                                         x_lock,
                                         x_unlock,
                                         x_check_reserved,
                                         x_file_control,
                                         x_sector_size,
                                         x_characteristics,
                                         x_shm_map,
                                         x_shm_lock,
                                         x_shm_barrier,
                                         x_shm_unmap,
                                         nullptr,
                                         nullptr};

int x_open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* handle = new (file) Handle;
  const int code = disk_of(vfs).open(name, *handle, flags, out_flags);
  if (code == SQLITE_OK) {
    handle->base.pMethods = &kMethods;
  } else {
    std::destroy_at(handle);
    file->pMethods = nullptr;
  }
  return code;
}
int x_delete(sqlite3_vfs* vfs, const char* name, int flush_folder) {
  return disk_of(vfs).remove(name, flush_folder != 0);
}
int x_access(sqlite3_vfs* vfs, const char* name, int, int* result) {
  return disk_of(vfs).exists(name, result);
}
int x_full_pathname(sqlite3_vfs*, const char* name, int size, char* to) {
  sqlite3_snprintf(size, to, "%s", name);
  return SQLITE_OK;
}

sqlite3_vfs* posix() {
  static sqlite3_vfs* const found = sqlite3_vfs_find("unix");
  return found;
}
int x_randomness(sqlite3_vfs*, int size, char* to) {
  return posix()->xRandomness(posix(), size, to);
}
int x_sleep(sqlite3_vfs*, int microseconds) {
  return posix()->xSleep(posix(), microseconds);
}
int x_current_time(sqlite3_vfs*, double* to) {
  return posix()->xCurrentTime(posix(), to);
}
int x_last_error(sqlite3_vfs*, int, char*) {
  return 0;
}
int x_current_time64(sqlite3_vfs*, sqlite3_int64* to) {
  return posix()->xCurrentTimeInt64(posix(), to);
}

sqlite3_vfs vfs_of(FaultyDisk* disk) {
  sqlite3_vfs vfs{};
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(Handle);
  vfs.mxPathname = 512;
  vfs.zName = "faulty-disk";
  vfs.pAppData = disk;
  vfs.xOpen = x_open;
  vfs.xDelete = x_delete;
  vfs.xAccess = x_access;
  vfs.xFullPathname = x_full_pathname;
  vfs.xRandomness = x_randomness;
  vfs.xSleep = x_sleep;
  vfs.xCurrentTime = x_current_time;
  vfs.xGetLastError = x_last_error;
  vfs.xCurrentTimeInt64 = x_current_time64;
  return vfs;
}

sqlite3_vfs& the_vfs() {
  static sqlite3_vfs vfs{};
  return vfs;
}

}  // namespace

FaultyDisk::FaultyDisk(Honesty honesty) : honesty_(honesty) {
  // SQLite has to know its own VFS before another becomes the default.
  sqlite3_initialize();
  posix();
  the_vfs() = vfs_of(this);
  sqlite3_vfs_register(&the_vfs(), 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&the_vfs());
}

void FaultyDisk::cut_after(std::int64_t count) {
  const std::scoped_lock lock(mutex_);
  operations_ = 0;
  cut_at_ = count;
}

bool FaultyDisk::is_cut() const {
  const std::scoped_lock lock(mutex_);
  return cut_;
}

std::int64_t FaultyDisk::operations() const {
  const std::scoped_lock lock(mutex_);
  return operations_;
}

int FaultyDisk::open_files() const {
  const std::scoped_lock lock(mutex_);
  return open_;
}

void FaultyDisk::format() {
  const std::scoped_lock lock(mutex_);
  files_.clear();
  taken_away_.clear();
  cut_ = false;
  cut_at_ = 0;
}

// False when the power is gone, or goes now.
bool FaultyDisk::spend() {
  if (cut_) return false;
  ++operations_;
  cut_ = cut_at_ != 0 && operations_ >= cut_at_;
  return !cut_;
}

void FaultyDisk::apply(Bytes& bytes, const Write& write) {
  const auto offset = static_cast<std::size_t>(write.offset);
  if (write.truncates) {
    bytes.resize(offset);
    return;
  }
  if (bytes.size() < offset + write.bytes.size()) bytes.resize(offset + write.bytes.size());
  std::copy(write.bytes.begin(), write.bytes.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(offset));
}

// The platter after the cut: for each sector any of the writes that were under way may be the last
// that reached it.
FaultyDisk::Bytes FaultyDisk::after_cut(const File& file, Random& random) {
  std::uniform_real_distribution<double> draw(0, 1);
  Bytes bytes = file.durable;
  // A cut in which nearly all got through is as likely as one in which nearly nothing did.
  const double kept = draw(random);
  const bool reorders = draw(random) < 0.5;
  std::vector<Write> pieces;
  for (const Write& write : file.unflushed) {
    if (write.truncates) {
      if (draw(random) < kept) pieces.push_back(write);
      continue;
    }
    const auto size = static_cast<std::int64_t>(write.bytes.size());
    for (std::int64_t at = 0; at < size;) {
      const std::int64_t end =
          std::min(size, ((write.offset + at) / kSector + 1) * kSector - write.offset);
      if (draw(random) < kept) {
        Write piece{
            write.offset + at, {write.bytes.begin() + at, write.bytes.begin() + end}, false};
        if (draw(random) < 0.02) {
          // The head was over this sector when the power went.
          for (auto byte =
                   piece.bytes.begin() + static_cast<std::ptrdiff_t>(random() % piece.bytes.size());
               byte != piece.bytes.end(); ++byte) {
            *byte = static_cast<unsigned char>(random());
          }
        }
        pieces.push_back(std::move(piece));
      }
      at = end;
    }
  }
  if (reorders) std::shuffle(pieces.begin(), pieces.end(), random);
  for (const Write& piece : pieces) apply(bytes, piece);
  return bytes;
}

void FaultyDisk::power_up(Random& random) {
  const std::scoped_lock lock(mutex_);
  std::map<std::string, std::shared_ptr<File>> found;
  const auto keep = [&](const std::string& name, const File& before) {
    auto file = std::make_shared<File>();
    file->durable = after_cut(before, random);
    file->current = file->durable;
    file->name_durable = true;
    found[name] = std::move(file);
  };
  for (const auto& [name, file] : taken_away_) {
    if (random() % 2 == 0) keep(name, *file);
  }
  for (const auto& [name, file] : files_) {
    if (file->name_durable || random() % 2 == 0) keep(name, *file);
  }
  files_ = std::move(found);
  taken_away_.clear();
  cut_ = false;
  cut_at_ = 0;
}

void FaultyDisk::flush_names() {
  for (auto& [name, file] : files_) file->name_durable = true;
  taken_away_.clear();
}

int FaultyDisk::open(const char* name, Handle& handle, int flags, int* out_flags) {
  const std::scoped_lock lock(mutex_);
  if (cut_) return SQLITE_IOERR;
  std::shared_ptr<File> file;
  if (name == nullptr) {
    file = std::make_shared<File>();
  } else if (const auto found = files_.find(name); found != files_.end()) {
    file = found->second;
  } else if ((flags & SQLITE_OPEN_CREATE) != 0) {
    if (!spend()) return SQLITE_IOERR;
    file = std::make_shared<File>();
    files_[name] = file;
    handle.flushes_folder = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    // The store makes this file itself before SQLite sees it, and flushes its folder.
    if ((flags & SQLITE_OPEN_MAIN_DB) != 0) file->name_durable = true;
  } else {
    return SQLITE_CANTOPEN;
  }
  handle.disk = this;
  handle.file = std::move(file);
  ++open_;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

void FaultyDisk::close(Handle& handle) {
  unlock(handle, SQLITE_LOCK_NONE);
  const std::scoped_lock lock(mutex_);
  --open_;
}

int FaultyDisk::read(Handle& handle, void* to, int size, std::int64_t offset) {
  const std::scoped_lock lock(mutex_);
  if (cut_) return SQLITE_IOERR_READ;
  const Bytes& bytes = handle.file->current;
  const auto wanted = static_cast<std::size_t>(size);
  const auto from = std::min(static_cast<std::size_t>(offset), bytes.size());
  const auto got = std::min(wanted, bytes.size() - from);
  if (got > 0) std::memcpy(to, bytes.data() + from, got);
  if (got == wanted) return SQLITE_OK;
  std::memset(static_cast<char*>(to) + got, 0, wanted - got);
  return SQLITE_IOERR_SHORT_READ;
}

int FaultyDisk::write(Handle& handle, const void* from, int size, std::int64_t offset) {
  const std::scoped_lock lock(mutex_);
  const bool had_power = !cut_;
  const bool done = spend();
  // The write during which the power goes may have reached the platter in part.
  if (!had_power) return SQLITE_IOERR_WRITE;
  const auto* bytes = static_cast<const unsigned char*>(from);
  Write write{offset, {bytes, bytes + size}, false};
  apply(handle.file->current, write);
  handle.file->unflushed.push_back(std::move(write));
  return done ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

int FaultyDisk::truncate(Handle& handle, std::int64_t size) {
  const std::scoped_lock lock(mutex_);
  if (!spend()) return SQLITE_IOERR_TRUNCATE;
  Write write{size, {}, true};
  apply(handle.file->current, write);
  handle.file->unflushed.push_back(std::move(write));
  return SQLITE_OK;
}

int FaultyDisk::flush(Handle& handle) {
  const std::scoped_lock lock(mutex_);
  if (!spend()) return SQLITE_IOERR_FSYNC;
  if (honesty_ == Honesty::lies_about_flushes) return SQLITE_OK;
  handle.file->durable = handle.file->current;
  handle.file->unflushed.clear();
  if (std::exchange(handle.flushes_folder, false)) flush_names();
  return SQLITE_OK;
}

int FaultyDisk::size(Handle& handle, std::int64_t& size) {
  const std::scoped_lock lock(mutex_);
  if (cut_) return SQLITE_IOERR_FSTAT;
  size = static_cast<std::int64_t>(handle.file->current.size());
  return SQLITE_OK;
}

int FaultyDisk::remove(const char* name, bool flush_folder) {
  const std::scoped_lock lock(mutex_);
  if (!spend()) return SQLITE_IOERR_DELETE;
  const auto found = files_.find(name);
  if (found == files_.end()) return SQLITE_IOERR_DELETE_NOENT;
  if (found->second->name_durable) taken_away_[name] = found->second;
  files_.erase(found);
  if (flush_folder && honesty_ == Honesty::honest) flush_names();
  return SQLITE_OK;
}

int FaultyDisk::exists(const char* name, int* result) {
  const std::scoped_lock lock(mutex_);
  *result = files_.contains(name) ? 1 : 0;
  return SQLITE_OK;
}

int FaultyDisk::lock(Handle& handle, int level) {
  const std::scoped_lock guard(mutex_);
  File& file = *handle.file;
  if (level <= handle.level) return SQLITE_OK;
  const auto others = [&](const void* holder) { return holder != nullptr && holder != &handle; };
  if (level == SQLITE_LOCK_SHARED) {
    if (others(file.pending) || others(file.exclusive)) return SQLITE_BUSY;
    ++file.shared;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (others(file.reserved)) return SQLITE_BUSY;
    file.reserved = &handle;
  } else {
    if (others(file.reserved) || others(file.pending)) return SQLITE_BUSY;
    file.pending = &handle;
    if (file.shared > 1) {
      handle.level = SQLITE_LOCK_PENDING;
      return SQLITE_BUSY;
    }
    file.exclusive = &handle;
  }
  handle.level = level;
  return SQLITE_OK;
}

int FaultyDisk::unlock(Handle& handle, int level) {
  const std::scoped_lock guard(mutex_);
  if (level >= handle.level) return SQLITE_OK;
  File& file = *handle.file;
  for (const void** holder : {&file.reserved, &file.pending, &file.exclusive}) {
    if (*holder == &handle) *holder = nullptr;
  }
  if (level == SQLITE_LOCK_NONE) --file.shared;
  handle.level = level;
  return SQLITE_OK;
}

int FaultyDisk::reserved(Handle& handle, int* result) {
  const std::scoped_lock guard(mutex_);
  *result = handle.file->reserved != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int FaultyDisk::shm_map(Handle& handle, int region, int size, bool extend,
                        void volatile** address) {
  const std::scoped_lock guard(mutex_);
  auto& regions = handle.file->regions;
  const auto number = static_cast<std::size_t>(region);
  *address = nullptr;
  if (regions.size() <= number) {
    if (!extend) return SQLITE_OK;
    while (regions.size() <= number)
      regions.push_back(std::make_unique<unsigned char[]>(static_cast<std::size_t>(size)));
  }
  *address = regions[number].get();
  return SQLITE_OK;
}

int FaultyDisk::shm_lock(Handle& handle, int offset, int count, int flags) {
  const std::scoped_lock guard(mutex_);
  File& file = *handle.file;
  const auto first = static_cast<std::size_t>(offset);
  const auto last = first + static_cast<std::size_t>(count);
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    for (std::size_t i = first; i < last; ++i) {
      if (file.shm_exclusive[i] == &handle) file.shm_exclusive[i] = nullptr;
      if (std::exchange(handle.shm_shared[i], false)) --file.shm_shared[i];
    }
    return SQLITE_OK;
  }
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  for (std::size_t i = first; i < last; ++i) {
    if (file.shm_exclusive[i] != nullptr && file.shm_exclusive[i] != &handle) return SQLITE_BUSY;
    if (exclusive && file.shm_shared[i] > (handle.shm_shared[i] ? 1 : 0)) return SQLITE_BUSY;
  }
  for (std::size_t i = first; i < last; ++i) {
    if (exclusive) {
      file.shm_exclusive[i] = &handle;
    } else if (!std::exchange(handle.shm_shared[i], true)) {
      ++file.shm_shared[i];
    }
  }
  return SQLITE_OK;
}

int FaultyDisk::shm_unmap(Handle& handle, bool remove) {
  shm_lock(handle, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK);
  const std::scoped_lock guard(mutex_);
  if (remove) handle.file->regions.clear();
  return SQLITE_OK;
}

}  // namespace semafoor::powercut
