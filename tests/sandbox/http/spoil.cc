// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/http/spoil.h"

#include <algorithm>

namespace semafoor::sandbox::http {
namespace {

// Sets every member `name` at any depth; true when there was one.
bool replace(Json& value, const std::string& name, const std::string& text) {
  bool found = false;
  if (value.is_object()) {
    for (auto& [key, member] : value.items()) {
      if (key == name && member.is_string()) {
        member = text;
        found = true;
      } else {
        found = replace(member, name, text) || found;
      }
    }
  } else if (value.is_array()) {
    for (auto& element : value) found = replace(element, name, text) || found;
  }
  return found;
}

void replace_in(Reply& reply, const std::string& name, const std::string& text) {
  auto parsed = Json::parse(reply.body, nullptr, false);
  if (!parsed.is_discarded() && replace(parsed, name, text)) reply.body = parsed.dump();
}

}  // namespace

bool spoil(const Fault& fault, Reply& reply) {
  switch (fault.kind) {
    case FaultKind::malformed_json:
      reply.body =
          reply.file ? std::string("{\"items\":[") : reply.body.substr(0, reply.body.size() / 2);
      if (reply.body.empty()) reply.body = "{";
      reply.file.reset();
      if (!reply.content_type.starts_with("text/xml")) reply.content_type = "application/json";
      return true;
    case FaultKind::wrong_digest:
      if (!reply.file) {
        replace_in(reply, "digestValue", content::base64url(content::sha256("something else")));
      }
      return false;
    case FaultKind::file_name:
      replace_in(reply, "fileName", fault.file_name);
      return false;
    case FaultKind::truncated_body:
      return true;
    default:
      return false;
  }
}

Source::Source(Reply reply, const std::optional<Fault>& fault) : reply_(std::move(reply)) {
  size_ = reply_.file ? reply_.file->size() : reply_.body.size();
  end_ = size_;
  if (!fault) return;
  switch (fault->kind) {
    case FaultKind::truncated_body:
      end_ = fault->after_bytes < 0
                 ? size_ / 2
                 : std::min(size_, static_cast<std::uint64_t>(fault->after_bytes));
      break;
    case FaultKind::slow_body:
      piece_ = std::max<std::size_t>(1, fault->piece);
      pause_ = fault->pause;
      break;
    case FaultKind::oversized_body:
      if (reply_.file) {
        oversized_ = true;
        size_ = end_ = fault->mebibytes << 20;
      }
      break;
    case FaultKind::wrong_digest:
      flip_first_ = reply_.file != nullptr;
      break;
    default:
      break;
  }
}

std::string_view Source::read(std::uint64_t offset, std::uint64_t most) {
  if (offset >= end_) return {};
  auto count = static_cast<std::size_t>(std::min(most, end_ - offset));
  std::string_view whole = !reply_.file ? std::string_view(reply_.body) : reply_.file->in_memory();
  if (!oversized_ && !whole.empty() && !(flip_first_ && offset == 0)) {
    return whole.substr(offset, count);
  }
  // Enough for streaming, and a bound on memory.
  buffer_.resize(std::min<std::size_t>(count, 256 * 1024));
  if (oversized_) {
    content::write_filling(size_, offset, buffer_);
  } else {
    buffer_.resize(reply_.file->read(offset, buffer_));
    if (flip_first_ && offset == 0) buffer_[0] = static_cast<char>(buffer_[0] ^ 1);
  }
  return {buffer_.data(), buffer_.size()};
}

Source::~Source() {
  if (!reported_) report(Transfer::interrupted);
}

void Source::report(Transfer transfer) {
  reported_ = true;
  if (!reply_.on_sent) return;
  bool spoiled = flip_first_ || oversized_;
  if (transfer == Transfer::interrupted && said_complete_) {
    if (spoiled) return;
    transfer = Transfer::withdrawn;
  }
  if (transfer == Transfer::complete) said_complete_ = true;
  reply_.on_sent(transfer == Transfer::complete && spoiled ? Transfer::corrupted : transfer);
}

}  // namespace semafoor::sandbox::http
