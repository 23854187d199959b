// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/test_gateway.h"

#include <grpc/grpc.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <deque>
#include <stdexcept>

namespace semafoor::runtime::testing {
namespace {

constexpr std::chrono::seconds kPatience{20};

grpc::ByteBuffer buffer_of(const std::string& text) {
  const grpc::Slice slice(text);
  return grpc::ByteBuffer(&slice, 1);
}

std::string text_of(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  (void)buffer.Dump(&slices);
  std::string text;
  for (const auto& slice : slices)
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return text;
}

}  // namespace

// Methods: Echo answers the request; Large answers as many bytes as the request says; Hang answers
// never; Count streams "<how many> <size>"; Endless streams until cancelled; Fail answers an error
// with details; Broken streams two messages and then an error.
class TestGateway::Reactor : public grpc::ServerGenericBidiReactor {
 public:
  Reactor(TestGateway& gateway, grpc::GenericCallbackServerContext* context)
      : gateway_(gateway), context_(context), method_(context->method()) {
    const auto& metadata = context->client_metadata();
    const auto found = metadata.find("authorization");
    if (found == metadata.end() ||
        !gateway.knows(std::string(found->second.data(), found->second.size()))) {
      Finish(grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "unknown token"));
      return;
    }
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    const std::string request = text_of(request_);
    if (method_ == "/test.Gateway/Echo") {
      last(buffer_of(request));
    } else if (method_ == "/test.Gateway/Large") {
      last(buffer_of(std::string(std::stoul(request), 'x')));
    } else if (method_ == "/test.Gateway/Hang") {
      const std::lock_guard lock(gateway_.mutex_);
      ++gateway_.hanging_;
      gateway_.changed_.notify_all();
    } else if (method_ == "/test.Gateway/Count" || method_ == "/test.Gateway/Broken") {
      left_ = std::stoi(request);
      chunk_ = buffer_of(std::string(std::stoul(request.substr(request.find(' ') + 1)), 'c'));
      next();
    } else if (method_ == "/test.Gateway/Endless") {
      left_ = -1;
      chunk_ = buffer_of(std::string(65536, 'e'));
      next();
    } else if (method_ == "/test.Gateway/Fail") {
      context_->AddTrailingMetadata("semafoor-error-bin", std::string("\0details", 8));
      Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, "no such letter"));
    } else if (method_ == "/semafoor.v1.Modules/Watch") {
      StartSendInitialMetadata();
      const std::lock_guard lock(gateway_.mutex_);
      gateway_.watchers_.insert(this);
      gateway_.changed_.notify_all();
    } else {
      Finish(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "no such method"));
    }
  }

  void OnWriteDone(bool ok) override {
    if (method_ == "/semafoor.v1.Modules/Watch") {
      const std::lock_guard lock(gateway_.mutex_);
      hints_.pop_front();
      if (ok && !hints_.empty()) StartWrite(&hints_.front());
    } else if (!ok) {
      finish(grpc::Status::CANCELLED);
    } else if (left_ != 0) {
      next();
    }
  }

  void OnCancel() override {
    {
      const std::lock_guard lock(gateway_.mutex_);
      ++gateway_.cancelled_;
      gateway_.watchers_.erase(this);
      gateway_.changed_.notify_all();
    }
    finish(grpc::Status::CANCELLED);
  }

  void OnDone() override { delete this; }

  // Under the gateway's mutex.
  void hint(const std::string& key) {
    std::string message("\x0a");
    message += static_cast<char>(key.size());
    hints_.push_back(buffer_of(message + key));
    if (hints_.size() == 1) StartWrite(&hints_.front());
  }

 private:
  void last(grpc::ByteBuffer answer) {
    chunk_ = std::move(answer);
    finished_ = true;
    StartWriteAndFinish(&chunk_, grpc::WriteOptions(), grpc::Status::OK);
  }
  void next() {
    if (left_ > 0) --left_;
    if (left_ != 0) {
      StartWrite(&chunk_);
    } else if (method_ == "/test.Gateway/Broken") {
      finish(grpc::Status(grpc::StatusCode::DATA_LOSS, "the letter is damaged"));
    } else {
      last(std::move(chunk_));
    }
  }
  void finish(const grpc::Status& status) {
    if (!finished_.exchange(true)) Finish(status);
  }

  TestGateway& gateway_;
  grpc::GenericCallbackServerContext* const context_;
  const std::string method_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer chunk_;
  int left_ = 0;
  std::atomic<bool> finished_{false};
  std::deque<grpc::ByteBuffer> hints_;
};

class TestGateway::Service : public grpc::CallbackGenericService {
 public:
  explicit Service(TestGateway& gateway) : gateway_(gateway) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Reactor(gateway_, context);
  }

 private:
  TestGateway& gateway_;
};

struct TestGateway::Server {
  std::unique_ptr<grpc::Server> server;
};

TestGateway::TestGateway(std::string folder)
    : folder_(std::move(folder)),
      service_(std::make_unique<Service>(*this)),
      server_(std::make_unique<Server>()) {
  // For ever: this gRPC's own shutdown may wait ten seconds for a poller that a long write has left
  // behind, and is no subject of these tests.
  static const bool started = (grpc_init(), true);
  (void)started;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix:" + folder_ + "/rpc.sock", grpc::InsecureServerCredentials());
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  tls.pem_key_cert_pairs.push_back({identity_.key, identity_.certificate});
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &tls_port_);
  builder.RegisterCallbackGenericService(service_.get());
  builder.SetMaxReceiveMessageSize(-1);
  server_->server = builder.BuildAndStart();
  if (server_->server == nullptr) throw std::runtime_error("the test's gRPC server did not start");
  const std::string path = attestation_path(folder_);
  ::unlink(path.c_str());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 128) != 0 || ::pipe(end_pipe_) != 0)
    throw std::runtime_error("the test's attestation socket did not start");
  attestation_ = std::thread([this] { attest(); });
}

TestGateway::~TestGateway() {
  (void)!::write(end_pipe_[1], "x", 1);
  attestation_.join();
  ::close(listener_);
  ::unlink(attestation_path(folder_).c_str());
  server_->server->Shutdown(std::chrono::system_clock::now());
  server_->server->Wait();
  server_.reset();
  ::close(end_pipe_[0]);
  ::close(end_pipe_[1]);
}

void TestGateway::attest() {
  for (;;) {
    pollfd watched[2] = {{listener_, POLLIN, 0}, {end_pipe_[0], POLLIN, 0}};
    ::poll(watched, 2, -1);
    if (watched[1].revents != 0) return;
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    serve_one(connection);
    ::close(connection);
  }
}

void TestGateway::serve_one(int connection) {
  std::string question;
  char c = 0;
  while (::recv(connection, &c, 1, 0) == 1 && c != '\n') question += c;
  if (question.empty()) return;
  std::string answer;
  {
    const std::lock_guard lock(mutex_);
    questions_.push_back(question);
    changed_.notify_all();
    switch (answer_) {
      case Answer::welcome:
        answer = welcome("unix:" + folder_ + "/rpc.sock", "");
        break;
      case Answer::refuse:
        answer = R"({"v":1,"error":{"code":"attestation.refused","message":"not in the list"}})";
        break;
      case Answer::garbage:
        answer = R"({"v":1,"address":7,"token":["x"],"expires_in_s":"soon"})";
        break;
      case Answer::tls:
        answer = welcome("tls:127.0.0.1:" + std::to_string(tls_port_), identity_.certificate);
        break;
      case Answer::tls_of_another:
        answer =
            welcome("tls:127.0.0.1:" + std::to_string(tls_port_), make_test_identity().certificate);
        break;
      case Answer::tls_unproven:
        answer = welcome("tls:127.0.0.1:" + std::to_string(tls_port_), "");
        break;
      case Answer::tls_elsewhere:
        answer = welcome("tls:192.0.2.1:" + std::to_string(tls_port_), identity_.certificate);
        break;
      case Answer::silence:
        break;
    }
  }
  if (answer_ == Answer::silence) {
    // Until the other side goes away, or the test ends.
    pollfd watched[2] = {{connection, POLLIN | POLLRDHUP, 0}, {end_pipe_[0], POLLIN, 0}};
    ::poll(watched, 2, -1);
    return;
  }
  answer += '\n';
  ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
}

bool TestGateway::knows(const std::string& authorization) const {
  const std::lock_guard lock(mutex_);
  return !refuse_all_ && tokens_.contains(authorization);
}

std::string TestGateway::welcome(const std::string& address, const std::string& certificate) {
  const std::string token = "token-" + std::to_string(++tokens_made_);
  tokens_.insert("Bearer " + token);
  return R"({"v":1,"address":")" + address + R"(","tls_certificate":")" + in_json(certificate) +
         R"(","token":")" + token + R"(","expires_in_s":)" + std::to_string(token_life_s_) +
         R"(,"gateway_version":"1.0.0"})";
}

void TestGateway::forget_tokens() {
  const std::lock_guard lock(mutex_);
  tokens_.clear();
}

void TestGateway::hint(const std::string& key) {
  const std::lock_guard lock(mutex_);
  for (Reactor* watcher : watchers_) watcher->hint(key);
}

std::vector<std::string> TestGateway::questions() const {
  const std::lock_guard lock(mutex_);
  return questions_;
}

bool TestGateway::wait_until(const std::function<bool()>& condition) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, condition);
}

bool TestGateway::wait_for_hanging(int count) {
  return wait_until([&] { return hanging_ >= count; });
}

bool TestGateway::wait_for_cancelled(int count) {
  return wait_until([&] { return cancelled_ >= count; });
}

bool TestGateway::wait_for_watchers(int count) {
  return wait_until([&] { return static_cast<int>(watchers_.size()) == count; });
}

}  // namespace semafoor::runtime::testing
