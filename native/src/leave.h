#ifndef ESTIBA_LEAVE_H
#define ESTIBA_LEAVE_H

/* Every hierarchy's group, whichever it is. */
void leave_cgroups(void);
/* Those alone that are not at the top already. */
void leave_callers_cgroups(void);

#endif
