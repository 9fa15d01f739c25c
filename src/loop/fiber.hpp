// A function on a stack of its own, which can stop in the middle and go on later.
#pragma once

#include <cstddef>
#include <functional>
#include <ucontext.h>

namespace k8s_node {

/// A fiber of the thread that resumes it (makecontext(3)): code that waits reads from top to
/// bottom, and others run meanwhile. Nothing runs at the same time, so no lock is needed. Only
/// EventLoop switches between fibers.
class Fiber {
public:
    /// `body` begins with the first resume() and must not throw. Throws Error if there is no memory
    /// for a stack.
    explicit Fiber(std::function<void()> body);
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;
    Fiber(Fiber&&) = delete;
    Fiber& operator=(Fiber&&) = delete;
    /// What is on its stack is destroyed by its end only, so it must have ended.
    ~Fiber();

    /// Runs it until it pauses or ends; not for a fiber that runs or has ended.
    void resume();
    /// Goes back to whoever resumed this fiber, which is the one that runs, until the next
    /// resume().
    void pause();
    [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }

private:
    /// How far this thread is in throwing and catching, which the C++ runtime keeps for each thread
    /// (__cxa_eh_globals in the Itanium C++ ABI, 2.2.2) and which belongs to the stack.
    struct Exceptions {
        void* caught = nullptr;
        unsigned uncaught = 0;
    };
    /// A stack, as the sanitizers have to be told.
    struct Place {
        const void* bottom = nullptr;
        std::size_t size = 0;
        void* sanitizer = nullptr; ///< its own record of the stack
    };

    static void enter(unsigned high, unsigned low);
    void swap_exceptions() noexcept;

    std::function<void()> body_;
    bool has_ended_ = false;
    void* memory_ = nullptr;
    ucontext_t own_{};
    ucontext_t resumer_{};
    Exceptions exceptions_; ///< of whichever side does not run
    Place own_place_;
    Place resumer_place_;
};

} // namespace k8s_node
