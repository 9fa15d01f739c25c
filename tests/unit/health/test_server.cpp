#include "test_server.hpp"

#include <array>
#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

#include "support/text.hpp"

namespace k8s_node::test {

namespace {

struct Pipe {
    Pipe() {
        std::array<int, 2> fds{};
        if (::pipe2(fds.data(), O_CLOEXEC) < 0) {
            throw std::runtime_error("pipe");
        }
        read.reset(fds[0]);
        write.reset(fds[1]);
    }
    UniqueFd read;
    UniqueFd write;
};

pid_t spawn(std::vector<std::string> command, int in, int out) {
    std::vector<char*> argv;
    for (auto& word : command) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    pid_t pid = -1;
    const int error = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        throw std::runtime_error("cannot start " + command[0]);
    }
    return pid;
}

std::string read_line(int fd) {
    std::string line;
    char c = '\0';
    while (::read(fd, &c, 1) == 1 && c != '\n') {
        line += c;
    }
    return line;
}

} // namespace

void run(const std::vector<std::string>& command) {
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const pid_t pid = spawn(command, null.get(), null.get());
    int status = 0;
    if (::waitpid(pid, &status, 0) != pid || status != 0) {
        throw std::runtime_error("failed: " + join(command, " "));
    }
}

TestServer::TestServer(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {"python3", TEST_SERVER};
    command.insert(command.end(), arguments.begin(), arguments.end());
    Pipe input;
    Pipe output;
    pid_ = spawn(command, input.read.get(), output.write.get());
    output.write.reset();
    stop_ = std::move(input.write);
    port_ = read_line(output.read.get());
}

TestServer::~TestServer() {
    stop_.reset();
    ::waitpid(pid_, nullptr, 0);
}

std::string TestServer::url(const std::string& scheme, const std::string& path) const {
    return scheme + "127.0.0.1:" + port_ + path;
}

} // namespace k8s_node::test
