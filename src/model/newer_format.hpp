// A file that a newer program wrote is not damaged and must not be overwritten.
#pragma once

#include "support/error.hpp"

namespace k8s_node {

class NewerFormat : public Error {
public:
    NewerFormat(const std::string& path, long long format, int known)
        : Error(path + " was written by a newer k8s-node-install (format " +
                std::to_string(format) + ", this one knows " + std::to_string(known) + ")") {
        try_this("install the newer k8s-node-install again");
    }
};

} // namespace k8s_node
