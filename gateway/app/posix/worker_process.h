// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "gateway/app/supervisor.h"

namespace semafoor::app::posix {

// This executable once more, as `run --worker N --config FILE`; N is the pipe of
// end_with_supervisor(). Call from the one thread there is: a worker dies with the thread that
// started it.
std::unique_ptr<WorkerProcess> make_worker_process(const std::filesystem::path& config_file);

// In the worker: the process ends, at once, when the other end of the pipe closes, which is when
// the supervisor ends however it does. Call after prepare_process().
void end_with_supervisor(int pipe);

}  // namespace semafoor::app::posix
