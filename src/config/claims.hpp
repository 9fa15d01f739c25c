// What only one part of a node can have: a path, the name of a key, a port.
#pragma once

#include <map>

#include "model/node_spec.hpp"

namespace k8s_node {

/// Who was first. The second is reported with the place of the first, at the
/// one of both that is nearer to the operator.
class Claims {
public:
    explicit Claims(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    /// A file or link at an absolute path that is this part's alone: no other
    /// part's, no directory in which another part writes, and none of those
    /// that belong to this program or to the system.
    void path(const std::string& path, const Position& at);

    /// The files of a certificate or key pair below the directory of keys.
    void key_files(const std::string& name, const std::string& suffix, const Position& at);

    /// A TCP port.
    void port(std::int64_t number, const Position& at);

private:
    void second(const Position& first, const Position& at, std::string message);
    void claim(const std::string& path, const std::string& what, const Position& at);

    std::map<std::string, Position> paths_;
    std::map<std::int64_t, Position> ports_;
    Diagnostics& diagnostics_;
};

} // namespace k8s_node
