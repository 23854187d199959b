// SPDX-License-Identifier: Apache-2.0
//
// What signals are found by besides their person: the dossier, as the authority numbers it.
#pragma once

#include <string>

#include "gateway/store/blind_index.h"
#include "gateway/store/sql/queries.h"

namespace semafoor::store::sql {

// Empty for a signal without dossier number.
std::string dossier_hash_of(const BlindIndex& index, const Org& org, const v1::Signal& signal);

// Signals that a program of before schema 7 stored, also one that had the store after this one,
// have none yet. They get it when the store is opened; it may be stopped, and goes on at the next
// start.
void index_dossiers(Connection& database, Keys& keys);

}  // namespace semafoor::store::sql
