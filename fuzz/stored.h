// What is true of every entry and every interval of a journal, whoever wrote it.
#pragma once

#include "journal/journal.h"
#include "protocol/keys.h"

namespace holdfast::fuzz {

// CHECKs that the acceptance of every entry is genuine, that its content is what its hashes say and
// that the chain fits; and that what the journal claims to hold is there.
std::vector<protocol::Entry> check_journal(journal::Journal& journal,
                                           std::span<const protocol::SecretKey> cluster);

}  // namespace holdfast::fuzz
