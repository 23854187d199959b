// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/reply.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

namespace semafoor::runtime {
namespace {

void SEMAFOOR_CALL release(const sfr_reply* self) noexcept {
  std::free(const_cast<sfr_reply*>(self));
}

}  // namespace

const sfr_reply* make_reply(const grpc::ByteBuffer& message) {
  std::vector<grpc::Slice> slices;
  if (message.Valid() && !message.Dump(&slices).ok()) throw std::bad_alloc();
  std::size_t size = 0;
  for (const grpc::Slice& slice : slices) size += slice.size();
  void* block = std::malloc(sizeof(sfr_reply) + size);
  if (block == nullptr) throw std::bad_alloc();
  auto* reply = new (block) sfr_reply{};
  auto* body = reinterpret_cast<uint8_t*>(reply + 1);
  reply->struct_size = sizeof *reply;
  reply->body = {body, size};
  reply->release = &release;
  for (const grpc::Slice& slice : slices) {
    std::memcpy(body, slice.begin(), slice.size());
    body += slice.size();
  }
  return reply;
}

}  // namespace semafoor::runtime
