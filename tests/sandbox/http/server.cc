// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/http/server.h"

#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <unordered_map>

#include "tests/sandbox/http/connection.h"
#include "tests/sandbox/http/sockets.h"
#include "tests/sandbox/http/spoil.h"
#include "tests/sandbox/http/workers.h"

namespace semafoor::sandbox::http {
namespace {

constexpr std::size_t kMostConnections = 1024;
constexpr int kKeepAliveMs = 120'000;
constexpr std::size_t kPiece = 256 * 1024;

Call to_call(const httplib::Request& request) {
  Call call;
  call.method = request.method;
  call.path = request.path;
  call.segments = split_path(request.path);
  for (const auto& [name, value] : request.params) call.query.emplace(name, value);
  for (const auto& [name, value] : request.headers) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    call.headers.emplace(std::move(lower), value);
  }
  call.body = request.body;
  for (const auto& [name, part] : request.files) {
    call.parts.push_back({name, part.filename, part.content_type, part.content});
  }
  return call;
}

}  // namespace

class Server::Listener : public httplib::Server {
 public:
  Listener(Application& application, int port) : application_(application) {
    new_task_queue = [] { return new Workers(kMostConnections); };
    set_tcp_nodelay(true);
    // The library would set SO_REUSEPORT, and two sandboxes would share a port without a word.
    set_socket_options([](socket_t socket) { keep_port_alone(socket); });
    set_keep_alive_max_count(1'000'000'000);
    set_keep_alive_timeout(kKeepAliveMs / 1000);
    set_payload_max_length(64U << 20);
    auto handle = [this](const httplib::Request& request, httplib::Response& response) {
      answer(request, response);
    };
    Get(".*", handle);
    Post(".*", handle);
    Put(".*", handle);
    Patch(".*", handle);
    Delete(".*", handle);
    Options(".*", handle);
    if (port == 0) {
      port_ = bind_to_any_port("127.0.0.1");
    } else {
      port_ = bind_to_port("127.0.0.1", port) ? port : -1;
    }
    if (port_ <= 0) {
      throw std::runtime_error("cannot listen on 127.0.0.1:" + std::to_string(port) +
                               ": the port is taken or not allowed; choose another, or 0 for any");
    }
    // The library's backlog of 5 drops connections of a parallel client; a dropped one costs it a
    // second.
    lengthen_backlog(svr_sock_, 1024);
  }

  int port() const { return port_; }

  void start() {
    thread_ = std::thread([this] { listen_after_bind(); });
    // The library's stop() does nothing before this; there is no signal to wait for.
    while (!is_running()) std::this_thread::yield();
  }

  void stop_all() {
    if (!thread_.joinable()) {
      if (!closed_.exchange(true)) http::close(svr_sock_);
      return;
    }
    closed_ = true;
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      for (socket_t descriptor : open_) shut_down(descriptor);
    }
    changed_.notify_all();
    httplib::Server::stop();
    thread_.join();
  }

  void faults_changed() { changed_.notify_all(); }

 private:
  // Called by the library on a worker's thread, which it keeps until the connection ends.
  bool process_and_close_socket(socket_t descriptor) override {
    Connection connection(descriptor);
    {
      std::lock_guard lock(mutex_);
      // Registered only while not stopping: what comes later is not waited for.
      if (stopping_) {
        http::close(descriptor);
        return false;
      }
      open_.insert(descriptor);
      current_[std::this_thread::get_id()] = &connection;
    }
    bool served = true;
    while (served && next_request(connection)) {
      bool closed = false;
      connection.begin();
      served = process_request(connection, false, closed, nullptr);
      served = connection.flush() && served && !closed;
    }
    {
      std::lock_guard lock(mutex_);
      open_.erase(descriptor);
      current_.erase(std::this_thread::get_id());
    }
    if (!connection.is_reset()) shut_down(descriptor);
    http::close(descriptor);
    return served;
  }

  // Looks up now and then: not every system wakes a wait whose socket this side shuts down.
  bool next_request(Connection& connection) {
    constexpr int kLookUpMs = 100;
    for (int left = kKeepAliveMs; left > 0; left -= kLookUpMs) {
      if (connection.wait_readable(std::min(left, kLookUpMs))) return true;
      std::lock_guard lock(mutex_);
      if (stopping_) return false;
    }
    return false;
  }

  Connection& connection() {
    std::lock_guard lock(mutex_);
    return *current_.at(std::this_thread::get_id());
  }

  // False when the server stops or the peer left meanwhile.
  bool pause(std::chrono::milliseconds time, const Connection& peer) {
    std::unique_lock lock(mutex_);
    auto until = std::chrono::steady_clock::now() + time;
    while (!stopping_ && !peer.peer_gone()) {
      // Looks at the peer now and then: a socket cannot wake a condition variable.
      auto now = std::chrono::steady_clock::now();
      if (now >= until) return true;
      changed_.wait_until(lock, std::min(until, now + std::chrono::milliseconds(20)));
    }
    return false;
  }

  void hang(const Connection& peer) {
    auto epoch = application_.fault_epoch();
    while (application_.fault_epoch() == epoch && pause(std::chrono::milliseconds(20), peer)) {
    }
  }

  void answer(const httplib::Request& request, httplib::Response& response) {
    auto call = to_call(request);
    auto fault = application_.fault_for(call);
    if (fault && fault->kind == FaultKind::clock) call.clock_shift = fault->clock_seconds;
    auto& peer = connection();
    if (fault && fault->delay.count() > 0 && !pause(fault->delay, peer)) {
      peer.reset();
      return;
    }
    bool replaces = fault && (fault->is_error() || fault->kind == FaultKind::reset ||
                              fault->kind == FaultKind::hang);
    Reply reply;
    if (!replaces || fault->after_effect) reply = application_.serve(call);
    if (fault) {
      if (fault->kind == FaultKind::reset) {
        peer.reset();
        return;
      }
      if (fault->kind == FaultKind::hang) {
        hang(peer);
        peer.reset();
        return;
      }
      if (fault->is_error()) {
        reply = application_.error(call, *fault);
      } else if (spoil(*fault, reply)) {
        reply.on_delivered = nullptr;
      }
    }
    if (reply.on_delivered) reply.on_delivered();
    send(std::move(reply), fault, response);
  }

  void send(Reply reply, const std::optional<Fault>& fault, httplib::Response& response) {
    response.status = reply.status;
    for (const auto& [name, value] : reply.headers) response.set_header(name.c_str(), value);
    bool special =
        fault &&
        (fault->kind == FaultKind::truncated_body || fault->kind == FaultKind::slow_body ||
         fault->kind == FaultKind::oversized_body || fault->kind == FaultKind::wrong_digest);
    if (!reply.file && !special) {
      // No type for no content; the library then says Content-Length: 0.
      if (reply.body.empty()) return;
      response.set_content(std::move(reply.body), reply.content_type.c_str());
      return;
    }
    auto source = std::make_shared<Source>(std::move(reply), fault);
    if (source->size() == 0) {
      source->report(Transfer::complete);
      response.set_content("", source->content_type());
      return;
    }
    response.set_content_provider(
        source->size(), source->content_type(),
        [this, source](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
          return send_piece(*source, offset, length, sink);
        });
  }

  bool send_piece(Source& source, std::size_t offset, std::size_t length, httplib::DataSink& sink) {
    auto most = std::min<std::uint64_t>(length, source.piece() == 0 ? kPiece : source.piece());
    auto piece = source.read(offset, most);
    if (piece.empty()) {
      // Cut short on purpose. The head is not held back any longer: the peer shall see the
      // announced length.
      source.report(Transfer::interrupted);
      connection().flush();
      return false;
    }
    bool last = offset + piece.size() == source.size();
    if (last) source.report(Transfer::complete);
    if (!sink.write(piece.data(), piece.size())) {
      source.report(Transfer::interrupted);
      return false;
    }
    return last || source.pause().count() == 0 || pause(source.pause(), connection());
  }

  Application& application_;
  int port_ = -1;
  std::thread thread_;
  std::atomic<bool> closed_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::set<socket_t> open_;
  std::unordered_map<std::thread::id, Connection*> current_;
};

Server::Server(Application& application, int port)
    : listener_(std::make_unique<Listener>(application, port)) {}
Server::~Server() {
  listener_->stop_all();
}
int Server::port() const {
  return listener_->port();
}
void Server::start() {
  listener_->start();
}
void Server::stop() {
  listener_->stop_all();
}
void Server::faults_changed() {
  listener_->faults_changed();
}

}  // namespace semafoor::sandbox::http
