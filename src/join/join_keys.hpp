// The part of join data that makes control planes: keys, and who begins the cluster.
#pragma once

#include "join/join_data.hpp"
#include "yaml/reader.hpp"

namespace k8s_node {

/// Reads certificate_key and keys. The reader's texts hide what is secret; `secrets` has it.
/// Without `ca` the cluster's CA is that of the keys.
void read_keys(MapReader& reader, const Tree& secrets, JoinData& data, Diagnostics& diagnostics);

/// Reads begins and begins_until.
void read_beginning(MapReader& reader, JoinData& data, Diagnostics& diagnostics);

/// Add the same to a map that is written.
void add_keys(Tree& map, const JoinData& data);
void add_beginning(Tree& map, const JoinData& data);

} // namespace k8s_node
