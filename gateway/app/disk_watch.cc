// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/disk_watch.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace semafoor::app {
namespace {

using store::Room;
using Level = rpc::Journal::Level;

constexpr std::chrono::seconds kBetweenLooks{1};
constexpr std::int64_t kMiB = 1'024 * 1'024;

v1::DiskRoom to_proto(Room room) {
  switch (room) {
    case Room::ample:
      return v1::DISK_ROOM_AMPLE;
    case Room::low:
      return v1::DISK_ROOM_LOW;
    case Room::scarce:
      return v1::DISK_ROOM_SCARCE;
    case Room::none:
      return v1::DISK_ROOM_NONE;
  }
  return v1::DISK_ROOM_UNSPECIFIED;
}

}  // namespace

std::string room_name(v1::DiskRoom room) {
  switch (room) {
    case v1::DISK_ROOM_AMPLE:
      return "ample";
    case v1::DISK_ROOM_LOW:
      return "low";
    case v1::DISK_ROOM_SCARCE:
      return "scarce";
    case v1::DISK_ROOM_NONE:
      return "none";
    default:
      return "unknown";
  }
}

DiskWatch::DiskWatch(store::Headroom& headroom, const std::filesystem::path& folder,
                     DiskMarks marks, rpc::Journal& journal)
    : DiskWatch(
          headroom,
          [folder](std::error_code& problem) { return std::filesystem::space(folder, problem); },
          marks, journal) {}

DiskWatch::DiskWatch(store::Headroom& headroom, Probe probe, DiskMarks marks, rpc::Journal& journal)
    : headroom_(headroom), probe_(std::move(probe)), marks_(marks), journal_(journal) {}

void DiskWatch::start() {
  look();
  thread_ = std::jthread([this](const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      bell_.wait_for(lock, stop, kBetweenLooks, [] { return false; });
      if (stop.stop_requested()) return;
      lock.unlock();
      look();
      lock.lock();
    }
  });
}

void DiskWatch::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void DiskWatch::look() {
  std::error_code failed;
  const auto space = probe_(failed);
  const Room before = headroom_.room();
  v1::DiskStatus found;
  if (failed) {
    // What is not known is left as it was: the store's own errors say what does not work.
    found.set_room(to_proto(before));
    found.set_problem("The disk of the data folder cannot be looked at: " + failed.message());
  } else {
    const auto available = static_cast<std::int64_t>(space.available);
    const auto capacity = static_cast<std::int64_t>(space.capacity);
    const Room now = judge(available, capacity);
    headroom_.set(now);
    found.set_room(to_proto(now));
    found.set_available_bytes(available);
    found.set_capacity_bytes(capacity);
    if (now != before) tell(before, now, available);
  }
  const std::scoped_lock guard(mutex_);
  if (failed && status_.problem().empty())
    journal_.note(Level::error, "disk.unreadable", found.problem());
  status_ = std::move(found);
}

v1::DiskStatus DiskWatch::status() {
  const std::scoped_lock guard(mutex_);
  return status_;
}

Room DiskWatch::judge(std::int64_t available, std::int64_t capacity) const {
  const Room before = headroom_.room();
  const auto passed = [&](Room room, std::int64_t below_mib, std::int64_t share) {
    std::int64_t mark = std::min(below_mib * kMiB, capacity / share);
    if (before >= room) mark += mark / 8;
    return available < mark;
  };
  if (passed(Room::none, marks_.refuse_below_mib, 16)) return Room::none;
  if (passed(Room::scarce, marks_.stop_below_mib, 8)) return Room::scarce;
  if (passed(Room::low, marks_.slow_below_mib, 4)) return Room::low;
  return Room::ample;
}

void DiskWatch::tell(Room before, Room now, std::int64_t available) {
  const std::string free = std::to_string(available);
  const std::string was = room_name(to_proto(before));
  switch (now) {
    case Room::ample:
      return journal_.note(Level::info, "disk.recovered",
                           "There is room again on the disk of the data folder; work goes on.",
                           {{"available_bytes", free}, {"was", was}});
    case Room::low:
      return journal_.note(Level::warning, "disk.low",
                           "The disk of the data folder fills up: attachments come one at a time. "
                           "Free space, or give it more.",
                           {{"available_bytes", free}, {"was", was}});
    case Room::scarce:
      return journal_.note(Level::error, "disk.scarce",
                           "The disk of the data folder is nearly full: nothing is fetched until "
                           "there is room, answers are still taken. Free space on it.",
                           {{"available_bytes", free}, {"was", was}});
    case Room::none:
      return journal_.note(Level::error, "disk.full",
                           "The disk of the data folder is full: answers are refused too. Nothing "
                           "that was acknowledged is lost. Free space on it.",
                           {{"available_bytes", free}, {"was", was}});
  }
}

}  // namespace semafoor::app
