// SPDX-License-Identifier: Apache-2.0
//
// A disk in memory that loses power. It is a VFS of SQLite: the store runs on it unchanged. What
// was flushed stays. What was written and not flushed is, after a cut, there or not, in any order,
// sector by sector, and a sector that was being written may hold garbage. A new name, or one taken
// away, is safe once its folder was flushed.
#pragma once

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace semafoor::powercut {

using Random = std::mt19937_64;

enum class Honesty {
  honest,
  // Says that it flushed, and did not.
  lies_about_flushes,
};

class FaultyDisk {
 public:
  static constexpr std::int64_t kSector = 512;
  using Bytes = std::vector<unsigned char>;

  struct Write {
    std::int64_t offset = 0;
    Bytes bytes;
    // The file ends at `offset`, and `bytes` is empty.
    bool truncates = false;
  };
  struct File {
    // As it is on the platter, and as programs see it.
    Bytes durable;
    Bytes current;
    std::vector<Write> unflushed;
    bool name_durable = false;
    bool removed = false;
    // Locks of connections: how many hold SHARED, and who holds more.
    int shared = 0;
    const void* reserved = nullptr;
    const void* pending = nullptr;
    const void* exclusive = nullptr;
    // The shared memory of the write-ahead log's index: gone with the power.
    std::vector<std::unique_ptr<unsigned char[]>> regions;
    std::array<int, SQLITE_SHM_NLOCK> shm_shared{};
    std::array<const void*, SQLITE_SHM_NLOCK> shm_exclusive{};
  };

  // Registers itself as SQLite's default for the life of the process: one at a time.
  explicit FaultyDisk(Honesty honesty);
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // The power goes at the `count`-th operation from now that would change the disk; what comes
  // after fails. 0: never.
  void cut_after(std::int64_t count);
  bool is_cut() const;
  // Operations since the last call of cut_after().
  std::int64_t operations() const;
  // The power is back: what is on the platter is all there is. Nobody may have a file open.
  void power_up(Random& random);
  // An empty disk.
  void format();
  // Files open now.
  int open_files() const;

  // For the VFS. Each returns a result code of SQLite.
  struct Handle;
  int open(const char* name, Handle& handle, int flags, int* out_flags);
  void close(Handle& handle);
  int read(Handle& handle, void* to, int size, std::int64_t offset);
  int write(Handle& handle, const void* from, int size, std::int64_t offset);
  int truncate(Handle& handle, std::int64_t size);
  int flush(Handle& handle);
  int size(Handle& handle, std::int64_t& size);
  int remove(const char* name, bool flush_folder);
  int exists(const char* name, int* result);
  int lock(Handle& handle, int level);
  int unlock(Handle& handle, int level);
  int reserved(Handle& handle, int* result);
  int shm_map(Handle& handle, int region, int size, bool extend, void volatile** address);
  int shm_lock(Handle& handle, int offset, int count, int flags);
  int shm_unmap(Handle& handle, bool remove);

 private:
  bool spend();
  void flush_names();
  static void apply(Bytes& bytes, const Write& write);
  static Bytes after_cut(const File& file, Random& random);

  const Honesty honesty_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<File>> files_;
  // Names that were taken away since the folder was flushed; what they named is still on the
  // platter.
  std::map<std::string, std::shared_ptr<File>> taken_away_;
  std::int64_t operations_ = 0;
  std::int64_t cut_at_ = 0;
  bool cut_ = false;
  int open_ = 0;
};

}  // namespace semafoor::powercut
