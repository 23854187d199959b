// SPDX-License-Identifier: Apache-2.0
//
// What protection costs: the same work with all of it and with none, alternating in one run. A read
// goes through TLS, token, organisation, module and role, an opened seal and a record of the audit,
// against a server that has none of these over a store in clear. Intake is the store's own, sealed
// and in clear; an act that is recorded is shown beside it. One JSON object a line.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/domain/signal_identity.h"
#include "gateway/os/test_folder.h"
#include "gateway/rpc/test_gateway.h"
#include "gateway/rpc/tls_door.h"
#include "gateway/rpc/tls_identity.h"
#include "gateway/store/intake_load.h"
#include "gateway/vault/seal/seal_key.h"

namespace semafoor::rpc {
namespace {

using Clock = std::chrono::steady_clock;
using Root = std::shared_ptr<const vault::SealKey>;

constexpr int kRounds = 9;
constexpr int kReadsEach = 1'000;
constexpr char kSignal[] = "signal";

Root make_root() {
  auto made = vault::SealKey::make();
  if (!made.ok()) store::fail_bench(made.error().message);
  return std::make_shared<const vault::SealKey>(std::move(*made));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Milliseconds of the middle one of many calls, one after the other.
double read_p50(v1::Signals::Stub& stub, const std::string& token) {
  v1::GetSignalRequest request;
  request.mutable_organisation()->set_value(kTestOrg);
  request.set_signal_id(kSignal);
  std::vector<double> times;
  times.reserve(kReadsEach);
  for (int i = 0; i < kReadsEach; ++i) {
    grpc::ClientContext context;
    if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
    v1::GetSignalResponse response;
    const auto start = Clock::now();
    const grpc::Status status = stub.GetSignal(&context, request, &response);
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    if (!status.ok()) store::fail_bench("a read failed: " + status.error_message());
  }
  return median(std::move(times));
}

Result<void> put_signal(store::Transaction& tx) {
  v1::Signal signal = store::load_signal(1);
  signal.set_signal_id(kSignal);
  signal.mutable_organisation()->set_value(kTestOrg);
  return tx.put_signal(kTestOrg, domain::signal_key(signal), signal, "signal.received");
}

// All of it, with the real server behind the door that a network would have.
class Protected final : public TestGateway {
 public:
  Protected() : TestGateway(make_root()) {
    store_.write(put_signal);
    auto door = make_tls_door();
    if (!door.ok()) store::fail_bench(door.error().message);
    tls_ = std::move(*door);
    auto server = Server::start({}, rooms_, facts_, sessions_, *tls_, journal_);
    if (!server.ok()) store::fail_bench(server.error().message);
    tls_server_ = std::move(*server);
    grpc::SslCredentialsOptions trusted;
    trusted.pem_root_certs = tls_->certificate();
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride(kLocalName);
    const std::string address = tls_->address();
    stub_ = v1::Signals::NewStub(grpc::CreateCustomChannel(
        address.substr(address.find(':') + 1), grpc::SslCredentials(trusted), arguments));
  }
  ~Protected() override { tls_server_->stop(std::chrono::milliseconds(200)); }
  void TestBody() override {}

  double read() { return read_p50(*stub_, token_); }

 private:
  std::unique_ptr<TlsDoor> tls_;
  std::unique_ptr<Server> tls_server_;
  std::unique_ptr<v1::Signals::Stub> stub_;
};

// None of it.
class Bare final : public v1::Signals::CallbackService {
 public:
  Bare() {
    store_.write(put_signal);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) store::fail_bench("the bare server did not start");
    stub_ = v1::Signals::NewStub(grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                                     grpc::InsecureChannelCredentials()));
  }
  ~Bare() override { server_->Shutdown(); }

  double read() { return read_p50(*stub_, ""); }

  grpc::ServerUnaryReactor* GetSignal(grpc::CallbackServerContext* context,
                                      const v1::GetSignalRequest* request,
                                      v1::GetSignalResponse* response) override {
    const auto read = store_->read([&](store::Reader& reader) -> Result<void> {
      auto found = reader.signal(request->organisation().value(), request->signal_id());
      if (!found.ok()) return found.error();
      *response->mutable_signal() = std::move(**found);
      return {};
    });
    auto* reactor = context->DefaultReactor();
    reactor->Finish(read.ok() ? grpc::Status::OK
                              : grpc::Status(grpc::StatusCode::INTERNAL, read.error().message));
    return reactor;
  }

 private:
  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::Signals::Stub> stub_;
};

void reads() {
  Protected with;
  Bare without;
  with.read();
  without.read();
  std::vector<double> costs;
  std::vector<double> all;
  std::vector<double> none;
  for (int round = 0; round < kRounds; ++round) {
    all.push_back(with.read());
    none.push_back(without.read());
    costs.push_back(all.back() - none.back());
  }
  const double cost = median(costs);
  std::printf(
      "{\"name\":\"protection_read\",\"value\":%.3f,\"unit\":\"ms p50\",\"floor\":%.3f,"
      "\"ratio\":%.3f,\"added_ms\":%.3f,\"target\":\"<= floor + 0.1 ms\",\"met\":%s}\n",
      median(all), median(none), median(all) / median(none), cost, cost <= 0.1 ? "true" : "false");
}

Result<void> recorded(store::Transaction& tx, const v1::Signal& signal) {
  return tx.append_audit(store::kLoadOrg, {.what = "signal.assign",
                                           .act = domain::act_of_gateway(),
                                           .subject_kind = "signal",
                                           .subject_id = signal.signal_id(),
                                           .persons = {signal.person().value()}});
}

void print_rate(const char* name, const char* target, bool judged, std::vector<double> values,
                std::vector<double> floors) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < values.size(); ++i) ratios.push_back(values[i] / floors[i]);
  const double ratio = median(ratios);
  std::printf(
      "{\"name\":\"%s\",\"value\":%.0f,\"unit\":\"rows/s\",\"floor\":%.0f,\"ratio\":%.3f,"
      "\"target\":\"%s\",\"met\":%s}\n",
      name, median(std::move(values)), median(std::move(floors)), ratio, target,
      !judged          ? "null"
      : ratio >= 0.869 ? "true"
                       : "false");
}

void intake() {
  const auto folder = os::make_test_folder("protection");
  const auto open = [&folder](const char* name, const Root& root) {
    auto opened = store::open_sqlite_store({.folder = folder / name, .root = root});
    if (!opened.ok()) store::fail_bench(opened.error().message);
    const auto prepared = (*opened)->write_and_wait(
        [](store::Transaction& tx) { return tx.prepare_key(store::kLoadOrg, false); });
    if (!prepared.ok()) store::fail_bench(prepared.error().message);
    return std::move(*opened);
  };
  auto clear = open("clear", nullptr);
  auto sealed = open("sealed", make_root());
  // One of its own, so that the others grow alike.
  auto acting = open("acting", make_root());
  std::vector<double> floors;
  std::vector<double> values;
  std::vector<double> acts;
  for (int round = 0; round < kRounds; ++round) {
    floors.push_back(store::through_store(*clear, round * store::kLoadRows));
    values.push_back(store::through_store(*sealed, round * store::kLoadRows));
    acts.push_back(store::through_store(*acting, round * store::kLoadRows, recorded));
  }
  clear.reset();
  sealed.reset();
  acting.reset();
  std::filesystem::remove_all(folder);
  print_rate("protection_intake", ">= 1/1.15", true, std::move(values), floors);
  print_rate("protection_act", "reported", false, std::move(acts), std::move(floors));
}

}  // namespace
}  // namespace semafoor::rpc

int main() {
  semafoor::rpc::reads();
  semafoor::rpc::intake();
  return 0;
}
