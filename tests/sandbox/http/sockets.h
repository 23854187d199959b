// SPDX-License-Identifier: Apache-2.0
//
// The few things that are done with a connected socket, as the operating system has them.
#pragma once

#include <httplib.h>

#include <string>
#include <string_view>

namespace semafoor::sandbox::http {

// Until it can be read from (or written to); false when the time is over.
bool wait_for(socket_t socket, bool to_write, int milliseconds);
// Bytes; 0 when the peer has closed its side, negative when the connection broke.
ssize_t receive(socket_t socket, char* data, size_t size);
// The peer closed or reset its side. Does not block.
bool peer_gone(socket_t socket);
// Bytes that were taken, of the two one after the other; 0: none just now, negative: broken.
ssize_t send_some(socket_t socket, std::string_view first, std::string_view second);
// Closing then sends a reset and waits for nothing.
void reset_at_close(socket_t socket);
// Nothing more comes or goes; whoever waits for it wakes.
void shut_down(socket_t socket);
void close(socket_t socket);
// Of a listening one: so many may wait to be accepted.
void lengthen_backlog(socket_t socket, int waiting);
// Before it is bound: a second program on the same port fails, one that starts anew does not wait.
void keep_port_alone(socket_t socket);
// "127.0.0.1" and the port, of the peer or of this end.
void address_of(socket_t socket, bool peer, std::string& ip, int& port);

}  // namespace semafoor::sandbox::http
