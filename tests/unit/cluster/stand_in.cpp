#include "stand_in.hpp"

#include <array>
#include <fcntl.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace k8s_node::cluster {

namespace {

std::array<UniqueFd, 2> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) {
        throw std::runtime_error("pipe2");
    }
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

} // namespace

StandIn::StandIn() {
    auto input = make_pipe();
    auto output = make_pipe();
    pid_ = ::fork();
    if (pid_ == 0) {
        ::dup2(input[0].get(), STDIN_FILENO);
        ::dup2(output[1].get(), STDOUT_FILENO);
        ::execlp("python3", "python3", API_STAND_IN, directory_.path().c_str(), nullptr);
        ::_exit(127);
    }
    output[1].reset();
    input_ = std::move(input[1]);
    for (char byte = 0; byte != '\n';) { // the line that says that it listens
        if (::read(output[0].get(), &byte, 1) != 1) {
            throw std::runtime_error("the stand-in for the API server did not start");
        }
    }
}

void StandIn::stop() {
    input_.reset();
    if (pid_ > 0) {
        ::waitpid(std::exchange(pid_, -1), nullptr, 0);
    }
}

StandIn::~StandIn() {
    stop();
}

} // namespace k8s_node::cluster
