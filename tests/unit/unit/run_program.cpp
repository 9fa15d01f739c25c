#include "run_program.hpp"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

#include "support/handle.hpp"

namespace k8s_node::test {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) {
        out.push_back(text.data());
    }
    out.push_back(nullptr);
    return out;
}

std::string read_all(int fd) {
    std::string out;
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto count = ::read(fd, buffer.data(), buffer.size());
        if (count <= 0) {
            return out;
        }
        out.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

} // namespace

bool has_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream directories(path == nullptr ? "" : path);
    for (std::string directory; std::getline(directories, directory, ':');) {
        if (::access((directory + '/' + name).c_str(), X_OK) == 0) {
            return true;
        }
    }
    return false;
}

std::string run_program(const std::vector<std::string>& argv,
                        const std::vector<std::string>& environment) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) {
        throw std::runtime_error("pipe2");
    }
    const UniqueFd reading(ends[0]);
    UniqueFd writing(ends[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    auto arguments = argv;
    auto variables = environment;
    for (char** inherited = environ; *inherited != nullptr; ++inherited) {
        variables.emplace_back(*inherited);
    }
    pid_t child = 0;
    const int error = ::posix_spawnp(&child, argv.front().c_str(), &actions, nullptr,
                                     pointers(arguments).data(), pointers(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    writing.reset();
    if (error != 0) {
        throw std::runtime_error("cannot run " + argv.front());
    }
    auto output = read_all(reading.get());
    int status = 0;
    if (::waitpid(child, &status, 0) < 0 || status != 0) {
        throw std::runtime_error(argv.front() + " failed");
    }
    return output;
}

} // namespace k8s_node::test
