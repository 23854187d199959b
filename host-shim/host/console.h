// SPDX-License-Identifier: Apache-2.0
//
// What the program asks of the operating system it was started by.
#pragma once

#include <string>
#include <vector>

namespace semafoor::reference_host {

// The words after the program's name, in UTF-8. From here on the console takes UTF-8.
std::vector<std::string> arguments(int argc, char** argv);

// Does a person read stderr?
bool stderr_is_terminal();

// Where the packages of this system put the plugins.
std::string standard_plugin_folder();

// The account this program runs under: whoever sits at it, where nobody else is named.
std::string account_name();

// As the user wrote it, made absolute if it names a file; a pipe's name is one already.
std::string absolute_gateway(const std::string& name);

}  // namespace semafoor::reference_host
