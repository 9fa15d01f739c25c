// Starts server.py beside a test and stops it afterwards.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "support/handle.hpp"

namespace k8s_node::test {

/// Runs a program to its end; the test fails if that is not with status 0.
void run(const std::vector<std::string>& command);

class TestServer {
public:
    explicit TestServer(const std::vector<std::string>& arguments = {});
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;
    TestServer(TestServer&&) = delete;
    TestServer& operator=(TestServer&&) = delete;
    ~TestServer();

    /// "<scheme>127.0.0.1:<port><path>"
    [[nodiscard]] std::string url(const std::string& scheme, const std::string& path) const;
    [[nodiscard]] const std::string& port() const { return port_; }

private:
    pid_t pid_ = -1;
    UniqueFd stop_;
    std::string port_;
};

} // namespace k8s_node::test
