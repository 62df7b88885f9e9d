package dev.estiba.engine.why;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom the kernel has killed for want of memory in a group, as its log tells it (mm/oom_kill.c, dump_oom_summary): {@code
 * oom-kill:constraint=CONSTRAINT_MEMCG,…,oom_memcg=GROUP,task_memcg=GROUP,task=NAME,pid=N,uid=N}.
 */
public final class Victims {
    private static final int MOST = 10;
    private static final Pattern LINE = Pattern.compile(
            "oom-kill:.*,oom_memcg=(?<group>[^,]*),task_memcg=[^,]*,task=(?<name>.*),pid=(?<pid>[0-9]+),");

    private Victims() {}

    /**
     * @param log the kernel's
     * @param id a container's, which its group's name ends with
     */
    public static List<String> of(String log, String id) {
        List<String> victims = new ArrayList<>();
        log.lines().filter(line -> line.contains("oom-kill:")).forEach(line -> {
            Matcher matcher = LINE.matcher(line);
            if (matcher.find() && isOf(matcher.group("group"), id)) {
                victims.add(matcher.group("name") + " (pid " + matcher.group("pid") + ")");
            }
        });
        return victims.subList(Math.max(0, victims.size() - MOST), victims.size());
    }

    private static boolean isOf(String group, String id) {
        return group.endsWith("/" + id) || group.contains("/" + id + "/");
    }
}
