// SPDX-License-Identifier: Apache-2.0
//
// The calls that wait for events. Each reactor owns itself until gRPC is done with it.
#pragma once

#include <grpcpp/grpcpp.h>

#include "gateway/rpc/consumers.h"
#include "gateway/rpc/event_hub.h"
#include "gateway/rpc/gate.h"
#include "gateway/store/store.h"
#include "semafoor/v1/modules.pb.h"

namespace semafoor::rpc {

// What they share; all outlive the calls.
struct EventSources {
  Gate& gate;
  store::Store& store;
  EventHub& hub;
  Consumers& consumers;
};

// Bounds of everything that names a consumer.
Result<ConsumerKey> consumer_key(const std::string& org, v1::Module module,
                                 const std::string& consumer, const std::string& holder);

grpc::ServerUnaryReactor* pull_events(EventSources sources, Context& context,
                                      const v1::PullEventsRequest& request,
                                      v1::PullEventsResponse& response);
grpc::ServerWriteReactor<v1::StreamEventsResponse>* stream_events(
    EventSources sources, Context& context, const v1::StreamEventsRequest& request);
// Hints for every organisation the caller may see: one for each when the stream begins (news while
// nobody listened is not missed), later one per commit, coalesced while the caller is slow.
grpc::ServerWriteReactor<v1::WatchResponse>* watch(EventSources sources, Context& context);

}  // namespace semafoor::rpc
