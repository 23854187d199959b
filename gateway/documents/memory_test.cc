// SPDX-License-Identifier: Apache-2.0
//
// A file sixty times as large takes no more memory: every allocation of the process is counted, so
// this test stands alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include "gateway/documents/document.h"
#include "gateway/documents/testing/statement_lines.h"

namespace {

std::atomic<std::size_t> held = 0;
std::atomic<std::size_t> highest = 0;
// The size stands before each block.
constexpr std::size_t kHead = alignof(std::max_align_t);

void* counted(std::size_t size) {
  auto* block = static_cast<char*>(std::malloc(size + kHead));
  if (block == nullptr) throw std::bad_alloc();
  std::memcpy(block, &size, sizeof size);
  const std::size_t now = held += size;
  if (now > highest) highest = now;
  return block + kHead;
}

void uncounted(void* block) noexcept {
  if (block == nullptr) return;
  std::size_t size = 0;
  std::memcpy(&size, static_cast<char*>(block) - kHead, sizeof size);
  held -= size;
  std::free(static_cast<char*>(block) - kHead);
}

}  // namespace

void* operator new(std::size_t size) {
  return counted(size);
}
void* operator new[](std::size_t size) {
  return counted(size);
}
void operator delete(void* block) noexcept {
  uncounted(block);
}
void operator delete[](void* block) noexcept {
  uncounted(block);
}
void operator delete(void* block, std::size_t) noexcept {
  uncounted(block);
}
void operator delete[](void* block, std::size_t) noexcept {
  uncounted(block);
}

namespace semafoor::documents {
namespace {

// The same rows again and again, made while it is read.
class Repeated : public Source {
 public:
  Repeated(std::string row, std::uint64_t rows) : row_(std::move(row)), size_(row_.size() * rows) {}
  std::uint64_t size() const override { return size_; }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> to) const override {
    std::size_t filled = 0;
    while (filled < to.size() && offset < size_) {
      const std::size_t at = static_cast<std::size_t>(offset % row_.size());
      const std::size_t count = std::min(row_.size() - at, to.size() - filled);
      std::memcpy(to.data() + filled, row_.data() + at, count);
      filled += count;
      offset += count;
    }
    return filled;
  }

 private:
  std::string row_;
  std::uint64_t size_;
};

class Counting : public Sink {
 public:
  bool begins(const Part&) override { return true; }
  bool row(const Row&, const StatementLine*) override { return true; }
  bool bad(const BadRow&) override { return true; }
  bool ends() override { return true; }
  bool refused(const std::string&, Kind, const Error& error) override {
    ADD_FAILURE() << error.message;
    return true;
  }
};

// The most that was held above what was held before, for `rows` so many times.
std::size_t peak(const std::string& rows, std::uint64_t times, const Layout* layout) {
  static const Layouts layouts = Layouts::builtin();
  static const CodeLists lists = CodeLists::builtin();
  const Repeated source(rows, times);
  Counting sink;
  const std::size_t before = held;
  highest = before;
  const auto counts = read_document(source, "a.txt",
                                    {.layouts = &layouts, .lists = &lists, .layout = layout}, sink);
  const auto lines = static_cast<std::uint64_t>(std::count(rows.begin(), rows.end(), '\n'));
  EXPECT_EQ(static_cast<std::uint64_t>(counts.rows + counts.bad), times * lines);
  return highest - before;
}

void expect_flat(const std::string& rows, const Layout* layout = nullptr) {
  peak(rows, 1, layout);
  const std::size_t small = peak(rows, 5'000, layout);
  const std::size_t large = peak(rows, 300'000, layout);
  EXPECT_LE(large, small + 1024) << small;
  EXPECT_LT(large, 1'000'000U);
  std::printf("300000 times %zu bytes: %zu bytes at most\n", rows.size(), large);
}

TEST(Memory, DoesNotGrowWithTheFile) {
  expect_flat(testing::record({.rest = "what follows"}) + "\r\n");
  expect_flat(testing::csv_record({}) + "\r\n");
}

TEST(Memory, DoesNotGrowWithBadRowsEither) {
  const auto layouts = Layouts::builtin();
  expect_flat(testing::csv_record({}) + "\na;\"quote that nothing closes\n",
              layouts.find("X-MONTHLY-STATEMENT-CSV"));
  expect_flat(std::string(200, '1') + "\n", layouts.find("MONTHLY-STATEMENT"));
}

}  // namespace
}  // namespace semafoor::documents
