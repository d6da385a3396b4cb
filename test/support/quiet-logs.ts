import { Logger } from '@nestjs/common';

// what a test provokes on purpose is no news; HVS_TEST_LOGS=1 shows it
if (!process.env.HVS_TEST_LOGS) Logger.overrideLogger(false);
