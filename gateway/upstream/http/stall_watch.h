// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace semafoor::upstream {

// Says when a transfer crawls: fewer bytes than `floor_per_second` on average over the last
// `window`. The time that our own side spends on the bytes does not count: a slow disk is not a
// slow upstream. One thread.
class StallWatch {
 public:
  using Clock = std::chrono::steady_clock;

  StallWatch(std::chrono::milliseconds window, std::int64_t floor_per_second,
             Clock::time_point start)
      : slice_(std::chrono::duration_cast<Clock::duration>(window) / kSlices),
        floor_(static_cast<std::int64_t>(std::chrono::duration<double>(window).count() *
                                         static_cast<double>(floor_per_second))),
        slice_end_(start + slice_) {}

  void progressed(std::int64_t bytes) { current_ += bytes; }

  // Our own side held the transfer up for this long.
  void forgive(Clock::duration held_up) { slice_end_ += held_up; }

  bool stalled(Clock::time_point now) {
    if (slice_ <= Clock::duration::zero()) return false;
    while (now >= slice_end_) {
      history_[next_] = current_;
      next_ = (next_ + 1) % kSlices;
      current_ = 0;
      if (filled_ < kSlices) ++filled_;
      slice_end_ += slice_;
      if (filled_ == kSlices && sum() < floor_) return true;
    }
    return false;
  }

  // When `stalled` has something new to say.
  Clock::time_point next_look() const { return slice_end_; }

 private:
  static constexpr std::size_t kSlices = 8;

  std::int64_t sum() const {
    std::int64_t total = 0;
    for (const std::int64_t bytes : history_) total += bytes;
    return total;
  }

  Clock::duration slice_;
  std::int64_t floor_;
  Clock::time_point slice_end_;
  std::array<std::int64_t, kSlices> history_{};
  std::size_t next_ = 0;
  std::size_t filled_ = 0;
  std::int64_t current_ = 0;
};

}  // namespace semafoor::upstream
