// Runs the stand-in for the API server as long as this object lives.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>

#include "support/handle.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::cluster {

class StandIn {
public:
    /// Returns when it listens.
    StandIn();
    StandIn(const StandIn&) = delete;
    StandIn& operator=(const StandIn&) = delete;
    ~StandIn();

    /// A file that it made: "admin.conf", "wrong-authority.conf", "wrong-user.conf".
    [[nodiscard]] std::filesystem::path file(const std::string& name) const {
        return directory_.path() / name;
    }
    void stop();

private:
    test::TemporaryDirectory directory_;
    pid_t pid_ = -1;
    UniqueFd input_;
};

} // namespace k8s_node::cluster
